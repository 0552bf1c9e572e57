"""Who comes next: the visible messages of a queue, in the order in which they are handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.queueing.message import Message
from pipeline.queueing.ranking import Ranking


class Line(Protocol):
    """The order of one queue's visible messages, by their places."""

    def show(self, message: Message) -> None:
        """A message became visible."""

    def hide(self, message: Message) -> None:
        """A visible message was received."""

    def leave(self, message: Message, *, was_in_flight: bool) -> None:
        """A message is gone, or in flight no more."""

    def places(self) -> Iterator[int]:
        """Yield places to hand out; each must be hidden or leave before the next is asked for."""

    def __len__(self) -> int:
        """Return how many messages are visible, whether or not they can be handed out."""


class StandardLine:
    """All visible messages, oldest arrival first.

    Simplified: a standard queue's order is best effort on AWS, and a short poll samples.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
    """

    def __init__(self) -> None:
        self._visible: Ranking[int] = Ranking()

    def __len__(self) -> int:
        """Return how many messages are visible."""
        return len(self._visible)

    def show(self, message: Message) -> None:
        """A message became visible."""
        self._visible.put(message.order, message.order)

    def hide(self, message: Message) -> None:
        """A visible message was received."""
        self._visible.remove(message.order)

    def leave(self, message: Message, *, was_in_flight: bool) -> None:  # noqa: ARG002 - see Line
        """A message is gone, or in flight no more."""
        self._visible.remove(message.order)

    def places(self) -> Iterator[int]:
        """Yield the places of visible messages."""
        while (place := self._visible.first()) is not None:
            yield place


@dataclass(slots=True)
class _Group:
    visible: Ranking[int] = field(default_factory=Ranking)
    in_flight: int = 0


class FifoLine:
    """Groups, the one whose first message came first at the head; each group strictly in order.

    While a message of a group is in flight, no other of it is handed out. A receive takes as many
    of one group as it can before it goes on to the next.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    """

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._open: Ranking[str] = Ranking()
        self._visible = 0

    def __len__(self) -> int:
        """Return how many messages are visible, those of locked groups too."""
        return self._visible

    def show(self, message: Message) -> None:
        """A message became visible."""
        group = self._groups.setdefault(message.group_id or "", _Group())
        group.visible.put(message.order, message.order)
        self._visible += 1
        self._settle(message.group_id or "")

    def hide(self, message: Message) -> None:
        """A visible message was received: its group is locked."""
        group = self._groups[message.group_id or ""]
        group.visible.remove(message.order)
        group.in_flight += 1
        self._visible -= 1
        self._settle(message.group_id or "")

    def leave(self, message: Message, *, was_in_flight: bool) -> None:
        """A message is gone, or in flight no more."""
        name = message.group_id or ""
        group = self._groups.get(name)
        if group is None:
            return
        if was_in_flight:
            group.in_flight -= 1
        elif message.order in group.visible:
            group.visible.remove(message.order)
            self._visible -= 1
        self._settle(name)

    def places(self) -> Iterator[int]:
        """Yield the places of messages of groups that are not locked."""
        while (name := self._open.first()) is not None:
            group = self._groups[name]
            while (place := group.visible.first()) is not None:
                yield place

    def _settle(self, name: str) -> None:
        """Open a group, lock it, or forget it."""
        group = self._groups[name]
        head = group.visible.first_rank()
        if head is not None and not group.in_flight:
            self._open.put(name, head)
            return
        self._open.remove(name)
        if head is None and not group.in_flight:
            del self._groups[name]
