"""What the living diagram shows, as a value.

Nothing of the cloud is loaded for it, so the first frame can draw it before anything else;
``diagram_folding.py`` moves it on with each event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Self

from pipeline.counts import QueueCount
from pipeline.topology import DEFAULT, Topology, make_topology

if TYPE_CHECKING:
    from pipeline.events import RequestAuthorized, RequestDenied

    Decided = RequestAuthorized | RequestDenied

EMPTY = QueueCount()


class ArrowState(StrEnum):
    """What the last call over an arrow came to."""

    IDLE = "idle"
    PASSING = "passing"
    ALLOWED = "allowed"
    DENIED = "denied"


@cache
def drawn_at_first(name: str = DEFAULT) -> Topology:
    """Return an architecture as it is drawn before its sandbox is open: with a made-up account."""
    return make_topology(name)


@dataclass(frozen=True, slots=True)
class DiagramState:
    """Everything the diagram draws."""

    topology: Topology
    arrows: Mapping[str, ArrowState]
    broken: frozenset[str] = frozenset()
    """Arrows whose permission was taken away."""

    queues: Mapping[str, QueueCount] = field(default_factory=dict)
    """By the queue's name."""

    objects: Mapping[str, int] = field(default_factory=dict)
    """By the bucket's name."""

    table_items: Mapping[str, int] = field(default_factory=dict)
    """By the table's name."""

    passed: Mapping[str, int] = field(default_factory=dict)
    """What went through a topic, a bus, a rule or a stream, by node."""

    running: Mapping[str, str] = field(default_factory=dict)
    """Invocations under way: request id, and the function's name."""

    mapping_enabled: bool = True
    passing: str | None = None
    """The arrow that a call travels now."""

    last_decision_by_arrow: Mapping[str, Decided] = field(default_factory=dict)
    hidden: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    """Messages in flight by id: their queue, and the time at which they are visible again."""

    known: frozenset[tuple[str, str]] = frozenset()
    """Objects and items that are counted already: bucket or table, and key."""

    @classmethod
    def initial(cls, topology: Topology | None = None) -> Self:
        """Return the diagram of an empty sandbox."""
        shown = topology or drawn_at_first()
        return cls(shown, dict.fromkeys(shown.arrow_names, ArrowState.IDLE))

    def queue(self, name: str) -> QueueCount:
        """Return how many messages a queue holds."""
        return self.queues.get(name, EMPTY)

    # -- summed up over all resources of a kind --

    @property
    def entered(self) -> int:
        """How much came in where things come in."""
        entry = self.topology.entry
        match entry.kind:
            case "upload":
                return self.objects.get(entry.resource, 0)
            case "put":
                return self.table_items.get(entry.resource, 0)
        return sum(self.passed.get(n.name, 0) for n in self.topology.nodes if n.kind == "topic")

    @property
    def visible(self) -> int:
        """Messages that can be received, in the queues that are polled."""
        return sum(self.queue(name).visible for name in self._polled())

    @property
    def in_flight(self) -> int:
        """Messages that were received and not yet deleted, in the queues that are polled."""
        return sum(self.queue(name).in_flight for name in self._polled())

    @property
    def dead_lettered(self) -> int:
        """Messages in the queues that nothing polls."""
        polled = set(self._polled())
        return sum(count.total for name, count in self.queues.items() if name not in polled)

    @property
    def thumbnails(self) -> int:
        """Objects in the bucket for what is made of uploads."""
        buckets = self.topology.buckets
        return self.objects.get(buckets[1].name, 0) if len(buckets) > 1 else 0

    @property
    def items(self) -> int:
        """Items in the main table."""
        return self.table_items.get(self.topology.table.name, 0)

    def _polled(self) -> list[str]:
        topology = self.topology
        return [q.name for q in topology.queues if topology.mapping_of(q.arn) is not None]
