"""The messages of one queue: sent, hidden, shown again, deleted, dead-lettered, expired.

Every operation costs O(log n) per message at any length, visible or in flight. Time is an argument
and never runs backwards. Not made for threads: whoever shares a store holds a lock.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.queueing.deduplication import Deduplication, deduplication_id
from pipeline.queueing.departures import (
    DeadLettered,
    Expired,
    HiddenTooLongError,
    InFlightLimitError,
    Listener,
    MessageGoneError,
    ReceiptExpiredError,
    ReceiptUnknownError,
)
from pipeline.queueing.message import (
    LONGEST_VISIBILITY,
    Counts,
    Message,
    Outgoing,
    QueueSettings,
    Sent,
)
from pipeline.queueing.receipts import Receipt, Receipts
from pipeline.queueing.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where messages go that were received too often."""

    target: MessageStore
    max_receive_count: int


class MessageStore:
    """One queue's messages. ``settings``, ``redrive`` and ``listener`` may change at any time."""

    def __init__(
        self,
        arn: str,
        new_id: Callable[[], str],
        secret: bytes,
        settings: QueueSettings | None = None,
    ) -> None:
        """Start empty.

        Args:
            arn: The queue's, for messages that leave it.
            new_id: Makes message ids.
            secret: At most 64 bytes; seals the receipt handles.
            settings: What the queue's attributes say; whether it is FIFO stays.
        """
        self.arn = arn
        self.settings = settings or QueueSettings()
        self.redrive: Redrive | None = None
        self.listener: Listener = lambda _: None
        self._new_id = new_id
        self._receipts = Receipts(secret)
        self._shelf = Shelf(fifo=self.settings.fifo)
        self._sent_before = Deduplication()

    # -- looking --

    def __iter__(self) -> Iterator[Message]:
        """Iterate over all messages, whatever their state, in the order of arrival."""
        return iter(self._shelf)

    def find(self, message_id: str) -> Message | None:
        """Return a message by its id; None when it is not here."""
        return self._shelf.find(message_id)

    def counts(self, now: float) -> Counts:
        """Return how many messages are visible, in flight and delayed."""
        self.settle(now)
        return self._shelf.counts()

    def next_visible_at(self, now: float) -> float | None:
        """Return when the next hidden message becomes visible; None when none is hidden."""
        self.settle(now)
        return self._shelf.next_visible_at(self.settings.delay)

    def oldest_age(self, now: float) -> float:
        """Return for how many seconds the oldest message has been in this queue; 0 without one."""
        self.settle(now)
        oldest = next(iter(self._shelf), None)
        return 0.0 if oldest is None else now - oldest.arrived_at

    # -- sending --

    def send(self, outgoing: Outgoing, now: float) -> Sent:
        """Add a message; a duplicate in a FIFO queue adds nothing."""
        settings = self.settings
        fingerprint = None
        chosen = outgoing.deduplication_id
        if settings.fifo:
            chosen = deduplication_id(outgoing, settings)
            group = outgoing.group_id if settings.deduplication_per_group else None
            fingerprint = (group, chosen or "")
            known = self._sent_before.first(fingerprint, now)
            if known is not None:
                return known
        own = None if settings.fifo else outgoing.delay
        delay = settings.delay if own is None else own
        message = self._add(
            Message(
                message_id=self._new_id(),
                order=0,
                body=outgoing.body,
                attributes=outgoing.attributes,
                system=outgoing.system,
                sent_at=now,
                arrived_at=now,
                visible_at=now + delay,
                group_id=outgoing.group_id,
                deduplication_id=chosen,
            ),
            now,
        )
        sent = Sent(message.message_id, message.sequence_number)
        if fingerprint is not None:
            self._sent_before.remember(fingerprint, sent, now)
        return sent

    def take_dead_letter(self, message: Message, source: str, now: float) -> None:
        """Take a message that a queue's redrive policy moves here.

        A standard queue's message keeps the time it was sent, a FIFO queue's starts anew and gets
        its id as deduplication id. Its receive count goes on.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
        """
        fifo = self.settings.fifo
        self._add(
            replace(
                message,
                sent_at=now if fifo else message.sent_at,
                arrived_at=now,
                visible_at=now,
                receipt_handle="",
                deduplication_id=message.message_id if fifo else message.deduplication_id,
                dead_letter_source=source,
            ),
            now,
        )

    def _add(self, message: Message, now: float) -> Message:
        if self.settings.fifo:
            message.sequence_number = f"{self._shelf.next_order * 256:020d}"
        self._shelf.add(message, now)
        return message

    # -- receiving --

    def receive(self, count: int, now: float, timeout: int | None = None) -> list[Message]:
        """Hand out up to ``count`` visible messages and hide each for the visibility timeout.

        A message that was received as often as the redrive policy allows is dead-lettered instead.

        Raises:
            InFlightLimitError: A standard queue has as many messages in flight as it may; a FIFO
                queue then hands out nothing.
        """
        self.settle(now)
        hidden_for = self.settings.visibility_timeout if timeout is None else timeout
        room = self.settings.in_flight_limit - self._shelf.counts().in_flight
        if room <= 0 and not self.settings.fifo:
            raise InFlightLimitError
        received: list[Message] = []
        if room <= 0:
            return received
        for place in self._shelf.line.places():
            message = self._shelf[place]
            if (target := self._dead_letters_for(message)) is not None:
                self._dead_letter(message, target, now)
                continue
            self._hand_out(message, now, hidden_for)
            received.append(message)
            if len(received) == min(count, room):
                break
        if not hidden_for:
            self.settle(now)
        return received

    def _hand_out(self, message: Message, now: float, hidden_for: int) -> None:
        message.receive_count += 1
        message.received_at = now
        if message.first_received_at is None:
            message.first_received_at = now
        receipt = Receipt(message.order, message.receive_count)
        message.receipt_handle = self._receipts.handle(receipt)
        self._shelf.hide(message, now + hidden_for)

    def _dead_letters_for(self, message: Message) -> MessageStore | None:
        """Return where a message goes that was received often enough; None while it was not."""
        redrive = self.redrive
        if redrive is None or redrive.target is self:
            return None
        return redrive.target if message.receive_count >= redrive.max_receive_count else None

    def _dead_letter(self, message: Message, target: MessageStore, now: float) -> None:
        self._shelf.remove(message)
        target.take_dead_letter(message, self.arn, now)
        self.listener(DeadLettered(self.arn, target.arn, message))

    def next_message(self, now: float) -> Message | None:
        """Return who would be received next, without receiving it; None when nobody would."""
        self.settle(now)
        place = next(self._shelf.line.places(), None)
        return None if place is None else self._shelf[place]

    def remove(self, message: Message) -> None:
        """Take a message away, as a move task does."""
        self._shelf.remove(message)

    # -- receipts --

    def delete(self, handle: str, now: float) -> bool:
        """Delete the message that a receipt handle was given for; tell whether one was deleted.

        Only the handle of the last receive deletes; an older one, or one of a message that is
        gone, succeeds without effect.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html

        Raises:
            ReceiptUnknownError: The queue never gave this handle.
            ReceiptExpiredError: A FIFO queue's message became visible since.
        """
        message, is_last = self._of(handle, now)
        if message is None or not is_last:
            return False
        self._shelf.remove(message)
        return True

    def change_visibility(self, handle: str, timeout: int, now: float) -> None:
        """Hide a message for ``timeout`` seconds from now; 0 shows it at once.

        Simplified: an older handle of a standard queue's message succeeds without effect.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html

        Raises:
            ReceiptUnknownError: The queue never gave this handle.
            ReceiptExpiredError: A FIFO queue's message became visible since.
            MessageGoneError: The message is not here any more.
            HiddenTooLongError: It would be hidden for more than 12 hours after its receive.
        """
        message, is_last = self._of(handle, now)
        if message is None:
            raise MessageGoneError
        if not is_last:
            return
        if now + timeout > (message.received_at or now) + LONGEST_VISIBILITY:
            raise HiddenTooLongError
        self._shelf.hide(message, now + timeout)
        self.settle(now)

    def _of(self, handle: str, now: float) -> tuple[Message | None, bool]:
        """Return a handle's message, if it is here, and whether the handle is its last."""
        receipt = self._receipts.read(handle)
        if receipt is None or receipt.order >= self._shelf.next_order:
            raise ReceiptUnknownError
        self.settle(now)
        message = self._shelf.at(receipt.order)
        if message is None:
            return None, False
        is_last = receipt.number == message.receive_count
        if self.settings.fifo and not (is_last and self._shelf.is_in_flight(message)):
            raise ReceiptExpiredError
        return message, is_last

    # -- time and the end --

    def settle(self, now: float) -> None:
        """Show what is hidden no longer, and let go of what reached the retention period."""
        for message in self._shelf.remove_sent_before(now - self.settings.retention):
            self.listener(Expired(self.arn, message))
        self._shelf.show_due(now, self.settings.delay)

    def purge(self) -> None:
        """Drop all messages, those in flight too; what was sent stays remembered as such."""
        self._shelf.clear()
