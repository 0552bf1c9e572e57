"""Where each message of a queue stands: visible, in flight or delayed, and since when."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from pipeline.queueing.lines import FifoLine, Line, StandardLine
from pipeline.queueing.message import Counts, Message
from pipeline.queueing.ranking import Ranking


class Shelf:
    """The messages of one queue by state. Moving one costs O(log n) on average, counting O(1)."""

    def __init__(self, *, fifo: bool) -> None:
        self._fifo = fifo
        self.line: Line = FifoLine() if fifo else StandardLine()
        self.next_order = 1
        self._messages: OrderedDict[int, Message] = OrderedDict()
        self._places: dict[str, int] = {}
        self._in_flight: Ranking[int] = Ranking()
        self._delayed: Ranking[int] = Ranking()
        self._ages: Ranking[int] = Ranking()

    # -- looking --

    def __iter__(self) -> Iterator[Message]:
        """Iterate over all messages, whatever their state, in the order of arrival."""
        return iter(self._messages.values())

    def __getitem__(self, place: int) -> Message:
        """Return the message at a place; ``KeyError`` when there is none."""
        return self._messages[place]

    def at(self, place: int) -> Message | None:
        """Return the message at a place; None when there is none."""
        return self._messages.get(place)

    def find(self, message_id: str) -> Message | None:
        """Return a message by its id; None when it is not here."""
        return self._messages.get(self._places.get(message_id, 0))

    def is_in_flight(self, message: Message) -> bool:
        """Tell whether a message was received and is hidden."""
        return message.order in self._in_flight

    def counts(self) -> Counts:
        """Return how many messages are visible, in flight and delayed."""
        return Counts(len(self.line), len(self._in_flight), len(self._delayed))

    def next_visible_at(self, delay: int) -> float | None:
        """Return when the next hidden message becomes visible; None when none is hidden."""
        delayed = self._delayed.first()
        ends = (
            self._in_flight.first_rank(),
            None if delayed is None else self._delay_end(self._messages[delayed], delay),
        )
        return min((end for end in ends if end is not None), default=None)

    # -- moving --

    def add(self, message: Message, now: float) -> None:
        """Put a message last, visible or delayed."""
        message.order = order = self.next_order
        self.next_order += 1
        self._messages[order] = message
        self._places[message.message_id] = order
        self._ages.put(order, message.sent_at)
        if message.visible_at > now:
            # A change of a FIFO queue's delay counts for messages that wait already.
            self._delayed.put(order, message.arrived_at if self._fifo else message.visible_at)
        else:
            self.line.show(message)

    def hide(self, message: Message, until: float) -> None:
        """Have a message in flight until a time."""
        if message.order not in self._in_flight:
            self.line.hide(message)
        message.visible_at = until
        self._in_flight.put(message.order, until)

    def show_due(self, now: float, delay: int) -> None:
        """Show what is hidden no longer; ``delay`` is the queue's, in seconds."""
        while (order := self._delayed.first()) is not None:
            message = self._messages[order]
            if self._delay_end(message, delay) > now:
                break
            self._delayed.remove(order)
            self.line.show(message)
        while (order := self._in_flight.first()) is not None:
            message = self._messages[order]
            if message.visible_at > now:
                break
            self._in_flight.remove(order)
            self.line.leave(message, was_in_flight=True)
            self.line.show(message)

    def remove(self, message: Message) -> None:
        """Take a message away, whatever its state."""
        order = message.order
        was_in_flight = order in self._in_flight
        self._in_flight.remove(order)
        if order in self._delayed:
            self._delayed.remove(order)
        else:
            self.line.leave(message, was_in_flight=was_in_flight)
        self._ages.remove(order)
        del self._messages[order]
        self._places.pop(message.message_id, None)

    def remove_sent_before(self, sent_at: float) -> Iterator[Message]:
        """Take away and yield what was sent at a time or earlier, oldest first."""
        while (order := self._ages.first()) is not None:
            message = self._messages[order]
            if message.sent_at > sent_at:
                return
            self.remove(message)
            yield message

    def clear(self) -> None:
        """Take everything away."""
        for message in list(self):
            self.remove(message)

    def _delay_end(self, message: Message, delay: int) -> float:
        if self._fifo:
            message.visible_at = message.arrived_at + delay
        return message.visible_at
