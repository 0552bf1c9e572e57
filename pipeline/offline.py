"""No cloud but the emulated one: the user's AWS configuration is set aside, the network refused.

Both hold for the whole process, for as long as at least one sandbox is open. Credentials and
endpoints come from the environment, from ``~/.aws`` and from instance metadata; a sandbox must see
none of them, and must not be able to reach beyond this machine whatever it is told.
"""

from __future__ import annotations

import ipaddress
import os
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

DUMMY_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""AWS's documented example credentials: no account answers to them, nor does the gate."""


class OfflineError(ConnectionRefusedError):
    """Something tried to reach another machine while a sandbox was open."""


@dataclass(slots=True)
class _Isolation:
    """The one isolation of this process, counted by the sandboxes that need it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    open_sandboxes: int = 0
    set_aside: dict[str, str] = field(default_factory=dict)
    hook_added: bool = False

    def enter(self) -> None:
        with self.lock:
            self.open_sandboxes += 1
            if self.open_sandboxes > 1:
                return
            self.set_aside = {k: v for k, v in os.environ.items() if k.startswith("AWS_")}
            for name in self.set_aside:
                del os.environ[name]
            os.environ.update(DUMMY_ENVIRONMENT)
            if not self.hook_added:
                sys.addaudithook(self._refuse_outside)
                self.hook_added = True

    def leave(self) -> None:
        with self.lock:
            self.open_sandboxes -= 1
            if self.open_sandboxes:
                return
            for name in [n for n in os.environ if n.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(self.set_aside)
            self.set_aside = {}

    def _refuse_outside(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.open_sandboxes or not event.startswith("socket."):
            return
        host = _host_of(event, arguments)
        if host is not None and not _is_loopback(host):
            raise OfflineError(
                f"The sandbox is offline: a connection to {host} was refused. "
                "Only this machine's loopback addresses can be reached while it is open."
            )


def _host_of(event: str, arguments: tuple[Any, ...]) -> str | None:
    """Return the host that an audited socket call is about, or None when it names none."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        return str(address[0]) if isinstance(address, tuple) else None
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
        return host.decode("idna") if isinstance(host, bytes) else host
    return None


def _is_loopback(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


_ISOLATION = _Isolation()


def enter() -> None:
    """Set the user's AWS configuration aside and refuse the network, until ``leave``."""
    _ISOLATION.enter()


def leave() -> None:
    """Undo one ``enter``; the last one gives the environment back as it was."""
    _ISOLATION.leave()
