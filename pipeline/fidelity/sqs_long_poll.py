"""moto's long poll waits inside the emulator; the sandbox must go on meanwhile.

While a long poll waits, the emulator is given free for other calls. Where the sandbox's time is
counted, nobody else would ever move it, so the wait moves it instead.
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html)
"""

from __future__ import annotations

from moto.sqs.models import Queue

from pipeline.fidelity.entered import EMULATOR_LOCK, entered_clock

_wait_for_messages = Queue.wait_for_messages


def wait_for_messages(queue: Queue, timeout: int) -> None:
    """Wait for messages, at most ``timeout`` seconds, without holding the emulator."""
    clock = entered_clock()
    if clock is None:
        _wait_for_messages(queue, timeout)
    elif not clock.runs:
        clock.skip(timeout)
    else:
        EMULATOR_LOCK.release()
        try:
            _wait_for_messages(queue, timeout)
        finally:
            EMULATOR_LOCK.acquire()


def apply() -> None:
    """Replace the wait of moto's queues."""
    Queue.wait_for_messages = wait_for_messages  # type: ignore[method-assign, assignment]
