"""moto recounts a queue with every message; a sandbox's queues hold theirs in a store of our own.

In moto each send and receive goes through all messages of the queue several times, a deleted
message is no longer a duplicate, an old receipt handle deletes, and nothing bounds what is in
flight. Inside a sandbox a queue gets a ``MessageStore`` when it is created: moto keeps the queue's
attributes, counts by the store, and what moto itself sends goes into it.
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html)
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

from moto.moto_api._internal import mock_random
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from pipeline.fidelity.entered import entered_clock
from pipeline.queueing.message import Outgoing, QueueSettings
from pipeline.queueing.store import MessageStore, Redrive

_STORE = "sandbox_store"
_init = Queue.__init__
_send_message = SQSBackend.send_message
_purge_queue = SQSBackend.purge_queue


def init(queue: Queue, *arguments: Any, **named: Any) -> None:
    """Create a queue; in a sandbox with a store, whose ids follow from the sandbox's seed."""
    _init(queue, *arguments, **named)
    if entered_clock() is None:
        return
    dice = random.Random(mock_random.getrandbits(128))  # noqa: S311 - ids, no secrets
    store = MessageStore(queue.queue_arn, _ids(dice), dice.randbytes(32), settings_of(queue))
    vars(queue)[_STORE] = store


def _ids(dice: random.Random) -> Callable[[], str]:
    return lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4))


def settings_of(queue: Any) -> QueueSettings:
    """Return what a queue's attributes say, now."""
    return QueueSettings(
        fifo=queue.fifo_queue,
        visibility_timeout=int(queue.visibility_timeout),
        delay=int(queue.delay_seconds),
        retention=int(queue.message_retention_period),
        content_based_deduplication=queue.content_based_deduplication,
        deduplication_per_group=queue.deduplication_scope == "messageGroup",
    )


def store_of(queue: Any) -> MessageStore | None:
    """Return a queue's messages, with its attributes as they are now; None outside a sandbox.

    Undocumented: what SQS does while the dead-letter queue does not exist. Here the messages stay.
    """
    store = _fresh_store(queue)
    if store is None:
        return None
    dead = queue.dead_letter_queue
    target = _fresh_store(dead) if dead is not None and _stands(dead) else None
    store.redrive = (
        Redrive(target, queue.redrive_policy["maxReceiveCount"]) if target is not None else None
    )
    return store


def _fresh_store(queue: Any) -> MessageStore | None:
    store: MessageStore | None = vars(queue).get(_STORE)
    if store is not None:
        store.settings = settings_of(queue)
    return store


def _stands(queue: Queue) -> bool:
    return sqs_backends[queue.account_id][queue.region].queues.get(queue.name) is queue


def send_message(
    backend: SQSBackend, queue_name: str, message_body: str, *arguments: Any, **named: Any
) -> Message:
    """Put what moto itself sends into the store."""
    clock = entered_clock()
    store = store_of(backend.get_queue(queue_name))
    if clock is None or store is None:
        return _send_message(backend, queue_name, message_body, *arguments, **named)
    outgoing = Outgoing(
        message_body,
        named.get("message_attributes") or {},
        group_id=named.get("group_id"),
        deduplication_id=named.get("deduplication_id"),
    )
    return Message(store.send(outgoing, clock.now()).message_id, message_body)


def purge_queue(backend: SQSBackend, queue_name: str) -> None:
    """Drop a queue's messages."""
    _purge_queue(backend, queue_name)
    store = store_of(backend.get_queue(queue_name))
    if store is not None and entered_clock() is not None:
        store.purge()


def _counted(name: str, state: str) -> property:
    """Return a queue's counter, from the store where there is one."""
    plain: property = vars(Queue)[name]

    def count(queue: Queue) -> int:
        clock, store = entered_clock(), store_of(queue)
        if clock is None or store is None:
            return int(plain.__get__(queue))
        return int(getattr(store.counts(clock.now()), state))

    return property(count)


_COUNTERS = {
    "approximate_number_of_messages": "visible",
    "approximate_number_of_messages_not_visible": "in_flight",
    "approximate_number_of_messages_delayed": "delayed",
}
_counters = {name: _counted(name, state) for name, state in _COUNTERS.items()}


def apply() -> None:
    """Give moto's queues their stores."""
    Queue.__init__ = init  # type: ignore[method-assign, assignment]
    SQSBackend.send_message = send_message  # type: ignore[method-assign, assignment]
    SQSBackend.purge_queue = purge_queue  # type: ignore[method-assign, assignment]
    for name, counter in _counters.items():
        setattr(Queue, name, counter)
