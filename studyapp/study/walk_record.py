"""A recorded run, hop by hop, and a place in it that goes back and forth.

A hop is one API call: what was asked, what was answered, everything that happened until the next
call, and what then stood where. All of it is values: going back takes a smaller part of the events,
going forward a bigger one, and nothing runs again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipeline import events as e
from pipeline.topology import Topology
from studyapp.study.walk_actions import Action
from studyapp.study.walk_facts import Measured, filled
from studyapp.study.walkthrough import ObserveStep

if TYPE_CHECKING:
    from pipeline.snapshot import Snapshot

Decided = e.RequestAuthorized | e.RequestDenied

AT_ONCE = frozenset({"learner", "front-end", "root"})
"""Who is not held up while a learner steps: these calls are the learner's own."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One API call and what followed from it."""

    request: Decided
    """The call as it was decided; of several decisions the one that refused it, or the first."""

    end: int
    """How many of the run's events have happened when the next hop begins."""

    action: int
    """The place of the action in which it happened, from 0."""

    status: int | None
    """HTTP status of the answer; None when the caller never had one."""

    answer: Mapping[str, Any] | None
    """What the service answered, cut to a size that can be shown."""

    snapshot: Snapshot
    """What stood where when the next hop began."""

    attempt: int | None
    """How often the message, invocation or batch at hand has been tried; None: none is."""

    @property
    def is_paced(self) -> bool:
        """Whether a step of the Live screen waits for it."""
        return self.request.actor not in AT_ONCE


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action that a service refused."""

    action: int
    """The place of the action, from 0."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunRecording:
    """One run step as it went."""

    chapter: str
    """The topic's slug."""

    step: str
    """The run step's id."""

    topology: Topology
    """The architecture, with the sandbox's account."""

    earlier: tuple[Action, ...]
    """What was done in the same sandbox before this run."""

    before: tuple[e.PipelineEvent, ...]
    """What happened in the same sandbox before this run."""

    actions: tuple[Action, ...]
    events: tuple[e.PipelineEvent, ...]
    hops: tuple[Hop, ...]
    at_start: Snapshot
    """What stood where before the first hop."""

    facts: Mapping[str, Measured] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    def filled(self, text: str) -> str:
        """Return a text with this run's facts in place of their names in braces."""
        return filled(text, self.facts)

    def observed(self, step: ObserveStep) -> e.PipelineEvent | None:
        """Return the event that a step shows; None when it did not happen."""
        found = step.event.of(self.events)
        place = step.which if step.which < 0 else step.which - 1
        return found[place] if -len(found) <= place < len(found) else None

    def start(self) -> Cursor:
        """Return the place before the first hop."""
        return Cursor(self)

    def end(self) -> Cursor:
        """Return the place after the last hop."""
        return Cursor(self, len(self.hops))


@dataclass(frozen=True, slots=True)
class Replay:
    """What is done on a fresh sandbox to come to a place of a recording."""

    topology: str
    """The architecture's name."""

    actions: tuple[Action, ...]
    """Done whole, in order."""

    last: Action | None
    """Then this one is begun …"""

    hops: int
    """… and let go on for so many hops of others than the learner."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a recorded run: so many hops have passed."""

    run: RunRecording
    position: int = 0

    def forward(self) -> Cursor:
        """Return the place one hop on; the end stays."""
        return self.at(self.position + 1)

    def back(self) -> Cursor:
        """Return the place one hop back; the start stays."""
        return self.at(self.position - 1)

    def at(self, position: int) -> Cursor:
        """Return the place after so many hops, or the nearest there is."""
        return replace(self, position=min(max(position, 0), len(self.run.hops)))

    @property
    def is_at_end(self) -> bool:
        """Whether every hop has passed."""
        return self.position == len(self.run.hops)

    @property
    def hop(self) -> Hop | None:
        """The hop that passed last; None at the start."""
        return self.run.hops[self.position - 1] if self.position else None

    @property
    def next_hop(self) -> Hop | None:
        """The hop that comes next; None at the end."""
        return None if self.is_at_end else self.run.hops[self.position]

    @property
    def events(self) -> tuple[e.PipelineEvent, ...]:
        """What has happened in this run up to here."""
        if self.is_at_end:
            return self.run.events
        return self.run.events[: self.hop.end] if self.hop is not None else ()

    @property
    def all_events(self) -> tuple[e.PipelineEvent, ...]:
        """What has happened in the sandbox up to here: fold it to draw what stands."""
        return (*self.run.before, *self.events)

    @property
    def new_events(self) -> tuple[e.PipelineEvent, ...]:
        """What the last hop brought."""
        return self.events[len(self.back().events) :] if self.position else ()

    @property
    def snapshot(self) -> Snapshot:
        """What stands where, here."""
        return self.hop.snapshot if self.hop is not None else self.run.at_start

    @property
    def time(self) -> float:
        """Seconds since the sandbox opened."""
        happened = self.all_events
        return happened[-1].time if happened else 0.0

    @property
    def replay(self) -> Replay:
        """What is done on a fresh sandbox to come here."""
        run, hop = self.run, self.hop
        name = run.topology.name
        if self.is_at_end:
            return Replay(name, (*run.earlier, *run.actions), None, 0)
        if hop is None:
            return Replay(name, run.earlier, None, 0)
        done, last = run.actions[: hop.action], run.actions[hop.action]
        passed = run.hops[: self.position]
        hops = sum(each.is_paced for each in passed if each.action == hop.action)
        return Replay(name, (*run.earlier, *done), last, hops)


def attempt_after(events: Sequence[e.PipelineEvent], before: int | None) -> int | None:
    """Return the attempt at hand after some events, from the one before them."""
    attempt = before
    for event in events:
        match event:
            case e.BatchReceived(messages=messages) if messages:
                attempt = max(_receive_count(message) for message in messages)
            case e.InvocationQueued() | e.StreamRecordsReceived():
                attempt = 1
            case e.InvocationRetried(attempt=tried) | e.StreamBatchRetried(attempt=tried):
                attempt = tried + 1
    return attempt


def _receive_count(message: Mapping[str, Any]) -> int:
    return int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
