"""Faults, seeded and repeatable: what goes wrong in a cloud, to see that nothing is lost.

Everything here happens on AWS: a function raises, is killed or runs out of time at any of its
calls, before or after the call took effect; it is throttled; notifications come twice and out of
order (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html); somebody
takes a permission away and gives it back; a delete fails; what polls dies holding messages.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.delivery.s3 import Due
from pipeline.gate.calls import ApiCall
from pipeline.iam import wire
from pipeline.lambda_service.invocation import FunctionKilled
from pipeline.lambda_service.runtime import Connect
from pipeline.sandbox import Sandbox

IN_A_THOUSAND = {
    "raised": 4,
    "killed": 4,
    "timed out": 1,
    "raised at the end": 30,
    "delete failed": 150,
    "thread died": 30,
    "duplicated": 100,
    "reordered": 100,
    "poisoned": 30,
    "broken": 60,
    "restored": 400,
    "throttled": 60,
    "let go": 500,
}
"""How often each fault strikes, of a thousand occasions: calls, invocations, deliveries, uploads,
and the steps between which permissions and concurrency change."""


class InjectedError(Exception):
    """What a handler raises where a fault struck."""


class ThreadDied(BaseException):
    """The thread that polls is gone in the middle of a call; another takes over."""


@dataclass(slots=True)
class Faults:
    """The faults of one run. The same seed makes the same faults at the same calls."""

    seed: int
    struck: Counter[str] = field(default_factory=Counter)
    """How often each fault has struck."""

    _random: random.Random = field(init=False)
    _sandbox: Sandbox | None = None

    def __post_init__(self) -> None:
        """Begin the row of chances."""
        self._random = random.Random(self.seed)  # noqa: S311 - chances, no secrets

    def poison(self, count: int) -> tuple[int, ...]:
        """Return which of so many uploads are no photos."""
        return tuple(n for n in range(count) if self._strikes("poisoned"))

    @contextmanager
    def in_(self, sandbox: Sandbox) -> Iterator[None]:
        """Strike in a sandbox meanwhile; in the end all permissions and limits are as before."""
        self._sandbox = sandbox
        with sandbox.troubled_by(self, self._disturb, self._wrapped):
            yield
        self.calm(sandbox)

    # -- between the steps of a run --

    def step(self, sandbox: Sandbox) -> None:
        """Take a permission away or give it back; throttle the function or let it go."""
        broken = sorted(sandbox.broken_arrows)
        if broken and self._strikes("restored"):
            sandbox.restore_arrow(self._random.choice(broken))
        elif not broken and self._strikes("broken"):
            sandbox.break_arrow(self._random.choice(sandbox.topology.arrow_names))
        if self._strikes("throttled"):
            sandbox.set_reserved_concurrency(self._random.choice((0, 1, 2)))
        elif self._strikes("let go"):
            sandbox.set_reserved_concurrency(None)

    def calm(self, sandbox: Sandbox) -> None:
        """Give everything back."""
        for arrow in sorted(sandbox.broken_arrows):
            sandbox.restore_arrow(arrow)
        sandbox.set_reserved_concurrency(None)

    # -- at calls: the gate asks --

    def before(self, call: ApiCall) -> wire.WireResponse | None:
        """Strike before a call takes effect."""
        if _is_functions_own(call):
            self._strike_function()
        elif call.operation == "DeleteMessageBatch" and self._strikes("delete failed"):
            return _failure(call)
        elif call.caller.actor in {"poller", "s3"} and self._strikes("thread died"):
            raise ThreadDied
        return None

    def after(self, call: ApiCall) -> None:
        """Strike after a call took effect, before its caller hears of it."""
        if _is_functions_own(call):
            self._strike_function()
        elif call.caller.actor in {"poller", "s3"} and self._strikes("thread died"):
            raise ThreadDied

    def _strike_function(self) -> None:
        if self._strikes("raised"):
            raise InjectedError("a fault at one of the function's calls")
        if self._strikes("killed"):
            raise FunctionKilled
        if self._strikes("timed out") and self._sandbox is not None:
            self._sandbox.skip(self._sandbox.topology.function.timeout + 1, "a call that hangs")

    # -- at deliveries and at the handler's end --

    def _disturb(self, due: deque[Due]) -> None:
        if due and self._strikes("duplicated"):
            due.append(due[self._random.randrange(len(due))])
        if len(due) > 1 and self._strikes("reordered"):
            waiting = list(due)
            self._random.shuffle(waiting)
            due.clear()
            due.extend(waiting)

    def _wrapped(self, connect: Connect) -> Connect:
        def connect_with_faults(*arguments: Any) -> Callable[[Any, Any], Any]:
            handler = connect(*arguments)

            def handle(event: Any, context: Any) -> Any:
                response = handler(event, context)
                if self._strikes("raised at the end"):
                    raise InjectedError("a fault after the function's last call")
                return response

            return handle

        return connect_with_faults

    # -- chances --

    def _strikes(self, fault: str) -> bool:
        struck = self._random.randrange(1000) < IN_A_THOUSAND[fault]
        self.struck[fault] += struck
        return struck


def _is_functions_own(call: ApiCall) -> bool:
    """Say whether the handler makes a call; its log lines are written by its environment."""
    return call.caller.actor == "function" and call.service != "logs"


def _failure(call: ApiCall) -> wire.WireResponse:
    return wire.error(
        "sqs",
        "InjectedFault",
        "The delete failed.",
        400,
        protocol=call.protocol,
        request_id="00000000-0000-0000-0000-000000000000",
    )
