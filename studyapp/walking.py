"""A chapter while it is gone through on the screen: the place, and what stands there. Pure.

What has run is rewound and replayed by folding its events up to a hop; nothing runs again for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline import events as e
from pipeline.topology import Topology
from studyapp.study.walk_progress import StepDone
from studyapp.study.walk_record import Cursor, Replay, RunRecording
from studyapp.study.walkthrough import (
    Chapter,
    ObserveStep,
    PredictStep,
    RunStep,
    Step,
)
from studyapp.widgets.diagram_folding import advance, with_counts
from studyapp.widgets.diagram_state import DiagramState, drawn_at_first

COVER = -1
"""The place before the first step."""


class Film:
    """A recording with the diagram of each hop, folded once."""

    def __init__(self, recording: RunRecording) -> None:
        self.recording = recording
        self._states = [_folded(DiagramState.initial(recording.topology), recording.before)]

    def diagram(self, cursor: Cursor) -> DiagramState:
        """Return the diagram after so many hops, its counters as the services had them."""
        while len(self._states) <= cursor.position:
            at = cursor.at(len(self._states))
            self._states.append(_folded(self._states[-1], at.new_events))
        state, snapshot = self._states[cursor.position], cursor.snapshot
        counted = with_counts(
            state,
            queues=snapshot.queues,
            objects=snapshot.objects,
            table_items=snapshot.table_items,
            broken=snapshot.broken_arrows,
        )
        return replace(counted, passing=_passing(cursor))


def _folded(state: DiagramState, events: Iterable[e.PipelineEvent]) -> DiagramState:
    for event in events:
        state = advance(state, event)
    return state


def _passing(cursor: Cursor) -> str | None:
    """Return the arrow of the call at hand, while there are more to come."""
    if cursor.hop is None or cursor.is_at_end:
        return None
    request = cursor.hop.request
    return request.arrow if isinstance(request, e.RequestAuthorized) else None


@dataclass(slots=True)
class Walking:
    """Where one is in a chapter."""

    chapter: Chapter
    done: dict[str, StepDone] = field(default_factory=dict)
    """By the step's id."""

    place: int = COVER
    """Of the step, from 0; ``COVER`` before the first, the number of steps after the last."""

    films: dict[str, Film] = field(default_factory=dict)
    """What has run, by the run step's id."""

    _positions: dict[str, int] = field(default_factory=dict)
    """How many hops have passed, by the id of the step that shows them."""

    def __post_init__(self) -> None:
        """Begin with the first step that is not done; a chapter not yet begun with its cover."""
        steps = self.chapter.steps
        if any(step.id in self.done for step in steps):
            self.place = next((n for n, s in enumerate(steps) if s.id not in self.done), COVER)

    @property
    def step(self) -> Step | None:
        """The step at hand; None before the first and after the last."""
        return self.chapter.steps[self.place] if 0 <= self.place < self.length else None

    @property
    def length(self) -> int:
        """How many steps there are."""
        return len(self.chapter.steps)

    @property
    def is_at_end(self) -> bool:
        """Whether the last step lies behind."""
        return self.place >= self.length

    @property
    def count(self) -> int:
        """How many steps are done."""
        return sum(step.id in self.done for step in self.chapter.steps)

    @property
    def predictions(self) -> tuple[int, int]:
        """How many predictions were right, and how many were made."""
        made = [
            self.done[step.id]
            for step in self.chapter.steps
            if isinstance(step, PredictStep) and step.id in self.done
        ]
        return sum(bool(done.is_right) for done in made), len(made)

    def go(self, change: int) -> None:
        """Go on or back by a step; a run that is come to anew stands at its start."""
        self.place = min(max(COVER, self.place + change), self.length)
        step = self.step
        if isinstance(step, RunStep) and change > 0:
            self._positions[step.id] = 0

    # -- what has run --

    @property
    def run(self) -> RunStep | None:
        """The run that the step at hand shows: itself, or the one before it."""
        step = self.step
        if isinstance(step, RunStep):
            return step
        if step is not None:
            run = self.chapter.run_before(step)
            return run if run is not None and run.topology == step.topology else None
        return self.chapter.runs[-1] if self.is_at_end and self.chapter.runs else None

    @property
    def missing(self) -> RunStep | None:
        """The run whose recording the step at hand shows and does not have; None: it has."""
        run = self.run
        if run is not None and run is self.step:
            led = self.chapter.leading_to(run)
            run = None if self.is_unrun and len(led) < 2 else led[-2] if self.is_unrun else run
        return run if run is not None and run.id not in self.films else None

    @property
    def is_unrun(self) -> bool:
        """Whether the step at hand is a run that has not happened here yet."""
        return isinstance(self.step, RunStep) and self.step.id not in self.films

    def take(self, recording: RunRecording) -> None:
        """Have what has run."""
        self.films[recording.step] = Film(recording)

    def _film(self) -> Film | None:
        run = self.run
        if run is None:
            return None
        if self.is_unrun:
            led = self.chapter.leading_to(run)
            return self.films.get(led[-2].id) if len(led) > 1 else None
        return self.films.get(run.id)

    @property
    def cursor(self) -> Cursor | None:
        """The place in the recorded run; None where nothing has run."""
        film, step = self._film(), self.step
        if film is None:
            return None
        end = film.recording.end()
        if step is None or self.is_unrun:
            return end
        known = self._positions.get(step.id)
        if known is not None:
            return end.at(known)
        return _cursor_of(step, film.recording) if isinstance(step, ObserveStep) else end

    def travel(self, position: int) -> None:
        """Go to the place after so many hops, of what the step at hand shows."""
        cursor, step = self.cursor, self.step
        if cursor is not None and step is not None and not self.is_unrun:
            self._positions[step.id] = cursor.at(position).position

    @property
    def observed(self) -> e.PipelineEvent | None:
        """The event that the step at hand shows."""
        film, step = self._film(), self.step
        if film is None or not isinstance(step, ObserveStep):
            return None
        return film.recording.observed(step)

    # -- what stands where --

    @property
    def topology(self) -> Topology:
        """The architecture, with the sandbox's account once there is one."""
        film = self._film()
        if film is not None:
            return film.recording.topology
        return drawn_at_first(self.step.topology if self.step else self.chapter.topology)

    @property
    def diagram(self) -> DiagramState:
        """What the diagram shows."""
        film, cursor = self._film(), self.cursor
        if film is None or cursor is None:
            return DiagramState.initial(self.topology)
        return film.diagram(cursor)

    @property
    def lit(self) -> frozenset[str]:
        """The nodes that matter; none: all do."""
        return frozenset(self.step.nodes) if self.step is not None else frozenset()

    @property
    def replay(self) -> Replay:
        """What Live does on a fresh sandbox to come here."""
        cursor = self.cursor
        return cursor.replay if cursor is not None else Replay(self.topology.name, (), None, 0)


def _cursor_of(step: ObserveStep, recording: RunRecording) -> Cursor:
    """Return the place at which the observed event has just happened."""
    event = recording.observed(step)
    place = next((n for n, each in enumerate(recording.events) if each is event), None)
    if place is None:
        return recording.end()
    passed = sum(hop.end <= place for hop in recording.hops)
    return recording.start().at(passed + 1)
