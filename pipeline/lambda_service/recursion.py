"""Recursive loops: Lambda counts how often a function runs in one chain of requests, and stops it.

What a function sends, publishes, stores or invokes while it runs carries on the chain that it was
invoked in; a function that has been invoked about 16 times in one chain is not invoked again. This
goes through SQS, SNS, S3 and Lambda and through no other service: a loop over EventBridge or
DynamoDB is not seen. A stopped asynchronous event goes to the function's dead-letter queue or
on-failure destination, if it has one; a caller that waits gets ``RecursiveInvocationException``; a
queue's message is left in its queue, whose redrive policy ends the matter. A function may be
excepted with ``PutFunctionRecursionConfig``.
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html)

AWS carries the count in the X-Ray trace header that its SDKs add to a call. Simplified: here the
chain is remembered beside the cloud, by message id and by object, and known of a function's calls
by the thread that the function runs on; a thread of its own breaks the chain. Not documented: how a
batch of several chains counts (here, each function's highest count).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.gate.calls import ApiCall

MOST_INVOCATIONS = 16
"""AWS says approximately."""

REMEMBERED = 20_000
"""How many messages and objects keep their chain: the oldest are forgotten first."""

_STORING = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})

NOTE = "Lambda stops a function after about 16 invocations in one chain of requests."


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of requests: how often each function has been invoked in it."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def count(self, function: str) -> int:
        """Return how often a function has been invoked."""
        return self.counts.get(function, 0)

    def after(self, function: str) -> Chain:
        """Return the chain that goes on from an invocation of a function."""
        return Chain({**self.counts, function: self.count(function) + 1})


def merged(chains: Iterable[Chain]) -> Chain:
    """Return the chain of a batch: each function's highest count."""
    counts: dict[str, int] = {}
    for chain in chains:
        for function, count in chain.counts.items():
            counts[function] = max(count, counts.get(function, 0))
    return Chain(counts)


@dataclass(slots=True)
class RecursionDetection:
    """Remembers the chains of one account's messages and objects, and stops loops."""

    clock: Clock
    emit: e.Emit
    allowed: set[str] = field(default_factory=set)
    """Functions that may run in a loop."""

    _chains: OrderedDict[str, Chain] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    """Functions run on several threads."""

    _current: ContextVar[Chain | None] = field(
        default_factory=lambda: ContextVar("chain", default=None)
    )

    # -- while a function runs --

    @contextmanager
    def running(self, function: str, chain: Chain) -> Iterator[None]:
        """Let what this thread calls meanwhile carry on a chain, after an invocation in it."""
        token = self._current.set(chain.after(function))
        try:
            yield
        finally:
            self._current.reset(token)

    @property
    def current(self) -> Chain:
        """The chain that this thread's calls carry on: an empty one unless a function runs."""
        return self._current.get() or Chain()

    def note(self, call: ApiCall, answer: Mapping[str, Any], status: int) -> None:
        """Remember what a function's call has made; an observer of answered calls."""
        chain = self._current.get()
        if chain is None or status >= 300:
            return
        for made in _made_by(call, answer):
            self._remember(made, chain)

    # -- between functions --

    def pass_on(self, source: str, message_id: str) -> None:
        """Let a message carry on the chain of what it was made from: a message, or bucket/key."""
        chain = self._chains.get(source)
        if chain is not None:
            self._remember(message_id, chain)

    def follow(self, event: e.PipelineEvent) -> None:
        """Pass chains on where a service delivered: from an object or a message to a message."""
        match event:
            case e.NotificationSent():
                self.pass_on(f"{event.bucket}/{event.key}", event.message_id)
            case e.SubscriptionDelivered() | e.TargetInvoked():
                self.pass_on(event.source_message_id, event.message_id)

    def chain_of(self, *sources: str) -> Chain:
        """Return the chain of messages (by id) and objects (by bucket/key)."""
        known = (self._chains.get(source) for source in sources)
        return merged(chain for chain in known if chain is not None)

    # -- before a function runs --

    def allows(self, function: str, chain: Chain) -> bool:
        """Tell whether a function may be invoked once more in a chain."""
        return function in self.allowed or chain.count(function) < MOST_INVOCATIONS

    def announce(self, function: str, chain: Chain) -> None:
        """Tell that a function was not invoked."""
        self.emit(
            e.RecursionStopped(
                time=self.clock.elapsed(),
                function=function,
                count=chain.count(function),
                note=NOTE,
            )
        )

    def forget(self) -> None:
        """Drop everything: the cloud was reset."""
        self._chains.clear()
        self.allowed.clear()

    def _remember(self, made: str, chain: Chain) -> None:
        with self._lock:
            self._chains[made] = chain
            self._chains.move_to_end(made)
            while len(self._chains) > REMEMBERED:
                self._chains.popitem(last=False)


def _made_by(call: ApiCall, answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of messages, and bucket/key of objects, that a call has made."""
    if call.service == "s3" and call.operation in _STORING:
        yield f"{call.parameters['Bucket']}/{call.parameters['Key']}"
    elif call.service in {"sqs", "sns"} and "MessageId" in answer:
        yield str(answer["MessageId"])
    elif call.service in {"sqs", "sns"}:
        for entry in answer.get("Successful", ()):
            if "MessageId" in entry:
                yield str(entry["MessageId"])
