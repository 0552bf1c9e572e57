"""The queue and its mapping, driven at random, against a small model of what AWS documents.

The model is a list of messages and nothing else. Documented: a received message is hidden for the
visibility timeout; what succeeded is deleted, what failed or was throttled comes back; a message
received as often as the redrive policy allows is dead-lettered when it would be received once more;
what reaches its queue's retention period is gone, counted from its first enqueue also in the
dead-letter queue.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PIL import Image

from pipeline.sandbox import Sandbox

VISIBILITY, RETENTION, DEAD_RETENTION, RECEIVES = 180, 4 * 86_400, 14 * 86_400, 5
MOST_MESSAGES = 8
"""Fewer than one poll receives, so that the order in which SQS hands them out does not matter."""

PHOTO = io.BytesIO()
Image.new("RGB", (8, 8)).save(PHOTO, "JPEG")


@dataclass
class Modelled:
    """One message."""

    is_good: bool
    sent_at: float
    visible_at: float
    receives: int = 0
    is_dead: bool = False
    is_gone: bool = False


class MappingMachine(RuleBasedStateMachine):
    """Does the same to the sandbox and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox(seed=1)
        self.sandbox.__enter__()
        self.url = self.sandbox.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
        self.messages: list[Modelled] = []
        self.done = 0
        self.polls = True
        self.throttled = False

    def teardown(self) -> None:
        self.sandbox.close()

    # -- what happens --

    @precondition(lambda self: len(self._waiting()) < MOST_MESSAGES)
    @rule(is_good=st.booleans())
    def send(self, is_good: bool) -> None:  # noqa: FBT001 - hypothesis names its values
        now = self.sandbox.clock.now()
        if is_good:
            self.sandbox.upload(PHOTO.getvalue(), f"{len(self.messages)}.jpg")
        else:
            self.sandbox.client("sqs").send_message(QueueUrl=self.url, MessageBody="junk")
        self.messages.append(Modelled(is_good, now, now))

    @rule()
    def poll(self) -> None:
        now = self.sandbox.clock.now()
        self.sandbox.poll()
        self._expire(now)
        for message in self._waiting():
            if not self.polls or message.visible_at > now:
                continue
            if message.receives == RECEIVES:
                message.is_dead = True
                continue
            message.receives += 1
            message.visible_at = now + VISIBILITY
            if message.is_good and not self.throttled:
                message.is_gone = True
                self.done += 1

    @rule(seconds=st.sampled_from([70, 190, 100_000]))
    def skip(self, seconds: int) -> None:
        self.sandbox.skip(seconds)

    @rule(times=st.integers(1, RECEIVES + 1))
    def poll_again_and_again(self, times: int) -> None:
        for _ in range(times):
            self.poll()
            self.the_counters_agree()
            self.skip(190)
            self.the_counters_agree()

    @rule(what=st.sampled_from(["mapping", "concurrency", 2, 5, 10]))
    def change(self, what: str | int) -> None:
        if what == "mapping":
            self.polls = not self.polls
            self.sandbox.set_mapping_enabled(enabled=self.polls)
        elif what == "concurrency":
            self.throttled = not self.throttled
            self.sandbox.set_reserved_concurrency(0 if self.throttled else None)
        else:
            self.sandbox.configure_mapping(batch_size=int(what))

    @precondition(lambda self: any(m.is_dead and not m.is_gone for m in self.messages))
    @rule()
    def redrive(self) -> None:
        now = self.sandbox.clock.now()
        self._expire(now)
        self.sandbox.redrive()
        for message in self.messages:
            if message.is_dead and not message.is_gone:
                message.is_dead, message.receives = False, 0
                message.sent_at = message.visible_at = now

    # -- what must agree --

    @invariant()
    def the_counters_agree(self) -> None:
        now = self.sandbox.clock.now()
        self._expire(now)
        standing = self.sandbox.snapshot()
        waiting = self._waiting()

        assert standing.visible == sum(m.visible_at <= now for m in waiting)
        assert standing.in_flight == sum(m.visible_at > now for m in waiting)
        assert standing.dead_lettered == sum(m.is_dead and not m.is_gone for m in self.messages)
        assert standing.thumbnails == self.done

    def _waiting(self) -> list[Modelled]:
        return [m for m in self.messages if not m.is_dead and not m.is_gone]

    def _expire(self, now: float) -> None:
        for message in self.messages:
            retention = DEAD_RETENTION if message.is_dead else RETENTION
            if message.sent_at + retention <= now:
                message.is_gone = True


TestMapping = MappingMachine.TestCase
TestMapping.settings = settings(
    max_examples=30,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
