"""Runs a chapter's run steps on seeded sandboxes, and records each of them hop by hop.

A seeded sandbox gives the same ids and times in every run, so a recording can be made again at any
time, and what a chapter says of it stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import events as e
from pipeline.gate.calls import ApiCall
from pipeline.sandbox import Sandbox, UploadError
from pipeline.snapshot import Snapshot
from studyapp.study.walk_actions import Action
from studyapp.study.walk_answers import answer_document
from studyapp.study.walk_record import Decided, Hop, Refusal, RunRecording, attempt_after
from studyapp.study.walkthrough import Chapter, RunStep

SEED = 1


class RecordingError(Exception):
    """A run step could not be done; the message is one sentence."""


def seeded(topology: str) -> Sandbox:
    """Return a sandbox, still to be entered, that runs the same way every time."""
    return Sandbox(topology=topology, seed=SEED)


class Recorder:
    """Records the runs of one chapter, on the thread that calls it. A context manager."""

    def __init__(self, chapter: Chapter, make: Callable[[str], Sandbox] = seeded) -> None:
        """Open nothing yet.

        Args:
            chapter: Whose runs are recorded.
            make: Returns a sandbox of an architecture by its name, still to be entered.
        """
        self.chapter = chapter
        self._make = make
        self._rooms: dict[str, _Room] = {}
        self._recordings: dict[str, RunRecording] = {}

    def __enter__(self) -> Self:
        """Do nothing: sandboxes are opened when they are needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Throw the sandboxes away; recordings stay."""
        while self._rooms:
            self._rooms.popitem()[1].close()

    def recording(self, step_id: str) -> RunRecording | None:
        """Return a run step's recording; None when it has not run."""
        return self._recordings.get(step_id)

    def record(self, step: RunStep, tell: e.Emit = lambda _: None) -> RunRecording:
        """Run a step, and before it those that it goes on from; return its recording.

        One that has run is not run again: its events are told anew.

        Args:
            step: The run step.
            tell: Gets each of its events as it happens.

        Raises:
            RecordingError: An action cannot be done in its architecture.
        """
        known = self._recordings.get(step.id)
        if known is None:
            return self._ran(step, tell)
        for event in known.events:
            tell(event)
        return known

    def _ran(self, step: RunStep, tell: e.Emit) -> RunRecording:
        """Run a step where those that it goes on from have just run, in this order."""
        lineage = self.chapter.leading_to(step)
        with ExitStack() as undo:
            undo.callback(self._leave, step.topology)
            room = self._room_after(lineage[:-1], step.topology)
            recording = room.run(self.chapter.slug, step, tell)
            undo.pop_all()
        self._recordings[step.id] = recording
        return recording

    def _room_after(self, earlier: tuple[RunStep, ...], topology: str) -> _Room:
        """Return a sandbox in which just these steps have run."""
        room = self._rooms.get(topology)
        if room is not None and room.steps != [step.id for step in earlier]:
            self._leave(topology)
            room = None
        if room is None:
            room = self._rooms[topology] = _Room(self._make(topology))
            for step in earlier:
                recording = room.run(self.chapter.slug, step, lambda _: None)
                self._recordings.setdefault(step.id, recording)
        return room

    def _leave(self, topology: str) -> None:
        room = self._rooms.pop(topology, None)
        if room is not None:
            room.close()


class _Room:
    """One open sandbox, and what was done in it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._undo = ExitStack()
        self.sandbox = self._undo.enter_context(sandbox)
        self.steps: list[str] = []
        """The ids of the steps that have run in it."""

        self._actions: list[Action] = []
        self._events: list[e.PipelineEvent] = []

    def close(self) -> None:
        """Close the sandbox."""
        self._undo.close()

    def run(self, chapter: str, step: RunStep, tell: e.Emit) -> RunRecording:
        """Do a step's actions and return what was recorded."""
        tape = _Tape(self.sandbox.snapshot, tell)
        at_start = self.sandbox.snapshot()
        refusals = []
        with self.sandbox.heard_by(tape.hear), self.sandbox.watched_by(tape.see):
            for place, action in enumerate(step.actions):
                tape.action = place
                refusal = self._do(step, place, action)
                if refusal is not None:
                    refusals.append(refusal)
        hops = tape.hops()
        recording = RunRecording(
            chapter=chapter,
            step=step.id,
            topology=self.sandbox.topology,
            earlier=tuple(self._actions),
            before=tuple(self._events),
            actions=step.actions,
            events=tuple(tape.events),
            hops=hops,
            at_start=at_start,
            facts={name: fact.of(tape.events) for name, fact in step.facts.items()},
            refusals=tuple(refusals),
        )
        self.steps.append(step.id)
        self._actions += step.actions
        self._events += tape.events
        return recording

    def _do(self, step: RunStep, place: int, action: Action) -> Refusal | None:
        try:
            action.do(self.sandbox)
        except ClientError as error:
            told = error.response["Error"]
            return Refusal(place, told["Code"], told["Message"])
        except UploadError as error:
            return Refusal(place, type(error).__name__, str(error))
        except (BotoCoreError, AttributeError, LookupError, TypeError, ValueError) as error:
            what = f"{step.id}, action {place + 1} ({action.words}) cannot be done"
            raise RecordingError(f"{what}: {type(error).__name__}: {error}") from error
        return None


@dataclass(slots=True)
class _Open:
    """A hop that has begun."""

    request: Decided
    action: int
    end: int = 0
    status: int | None = None
    answer: Mapping[str, Any] | None = None
    snapshots: list[Snapshot] = field(default_factory=list)
    """What stood where when the next one began: one, once it has."""

    @property
    def is_answered(self) -> bool:
        """Whether its caller has an answer."""
        return self.answer is not None


@dataclass(slots=True)
class _Tape:
    """Events and answers as they come, cut into hops."""

    snapshot: Callable[[], Snapshot]
    tell: e.Emit
    events: list[e.PipelineEvent] = field(default_factory=list)
    action: int = 0
    _open: list[_Open] = field(default_factory=list)

    def hear(self, event: e.PipelineEvent) -> None:
        """Take an event."""
        if isinstance(event, e.RequestAuthorized | e.RequestDenied):
            self._begin(event)
        self.events.append(event)
        self.tell(event)

    def see(self, call: ApiCall, answer: Mapping[str, Any], status: int) -> None:
        """Take an answer: it is the last unanswered call's of that operation and caller."""
        for hop in reversed(self._open):
            request = hop.request
            if hop.is_answered or request.operation != call.operation:
                continue
            if (request.service, request.actor) == (call.service, call.caller.actor):
                hop.answer, hop.status = answer_document(answer), status
                return

    def hops(self) -> tuple[Hop, ...]:
        """Return the hops, now that all is over."""
        self._close()
        hops: list[Hop] = []
        attempt: int | None = None
        for hop in self._open:
            start = hops[-1].end if hops else 0
            attempt = attempt_after(self.events[start : hop.end], attempt)
            (snapshot,) = hop.snapshots
            hops.append(
                Hop(
                    request=hop.request,
                    end=hop.end,
                    action=hop.action,
                    status=hop.status,
                    answer=hop.answer,
                    snapshot=snapshot,
                    attempt=attempt,
                )
            )
        return tuple(hops)

    def _begin(self, request: Decided) -> None:
        """Begin a hop, unless this is a further decision on the call at hand."""
        if self._open and self._is_same_call(self._open[-1], request):
            if isinstance(request, e.RequestDenied):
                self._open[-1].request = request
            return
        self._close()
        self._open.append(_Open(request, self.action))

    def _is_same_call(self, hop: _Open, request: Decided) -> bool:
        last, known = self.events[-1], hop.request
        return (
            isinstance(last, e.RequestAuthorized | e.RequestDenied)
            and not hop.is_answered
            and (known.caller, known.service, known.operation, known.request)
            == (request.caller, request.service, request.operation, request.request)
        )

    def _close(self) -> None:
        if self._open:
            self._open[-1].end = len(self.events)
            self._open[-1].snapshots.append(self.snapshot())


def record_all(recorder: Recorder) -> Iterable[RunRecording]:
    """Yield the recordings of all runs of a chapter, in order."""
    for step in recorder.chapter.runs:
        yield recorder.record(step)
