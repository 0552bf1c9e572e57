"""No test sees the user's configuration, and none reaches another machine."""

from __future__ import annotations

import ipaddress
import itertools
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=100, database=None, print_blob=True
)
settings.register_profile("explore", deadline=None, max_examples=2_000, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
XDG_FOLDERS = ("CONFIG", "DATA", "CACHE", "STATE")
OWN_PREFIXES = ("AWS_", "STUDYAPP_")


@pytest.fixture(scope="session", autouse=True)
def _no_configuration_of_the_user() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OWN_PREFIXES)]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _home_of_its_own(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(_homes)
    home.mkdir()
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
    for name in XDG_FOLDERS:
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Fail a test that opens a connection or asks for a name beyond this machine.

    Audit hooks are asked first, so that a refusal of the sandbox's own is the one a test sees.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded_connect(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded_connect(connect: Any) -> Any:
    def guarded(connection: socket.socket, address: Any) -> Any:
        if connection.family in {socket.AF_INET, socket.AF_INET6}:
            sys.audit("socket.connect", connection, address)
            _refuse_outside(address[0])
        return connect(connection, address)

    return guarded


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, port: Any, *details: Any, **named: Any) -> Any:
        sys.audit("socket.getaddrinfo", host, port, 0, 0, 0)
        _refuse_outside(host)
        return lookup(host, port, *details, **named)

    return guarded


def _refuse_outside(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        inside = ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        pytest.fail(f"This test tried to reach {name}: tests stay on this machine.")
