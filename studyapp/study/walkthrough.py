"""The walkthrough as values: chapters made of steps, each of which is read, done or answered.

``walk_loading`` makes them from the content folder, checked; ``walk_recording`` runs them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from studyapp.study.walk_actions import Action
from studyapp.study.walk_facts import Fact, Measured, Selector

StepKind = Literal["read", "predict", "run", "observe", "explain", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One step of a chapter."""

    id: str
    """Unique in the chapter, and never changed: progress is kept by ``chapter/id``."""

    text: str
    """Markdown without headings: each paragraph and each item of a list on one line.

    ``{name}`` stands for a fact of the run before it (``RunRecording.filled``).
    """

    topology: str
    """The architecture that is shown beside it."""

    nodes: tuple[str, ...] = ()
    """The nodes that are lit; none: all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStep(_Step):
    """Something to read."""

    kind: Literal["read"] = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictStep(_Step):
    """Say what will happen, before anything runs: by choosing, or as a number."""

    options: tuple[str, ...] = ()
    """What can be chosen; none: a number is asked for."""

    answer: float
    """The place of the right option, from 0; or the right number."""

    unit: str = ""
    """Of the number: ``messages``."""

    measure: str
    """The fact of the next run step that decides."""

    expect: Measured
    """What that fact is, if ``answer`` is right."""

    kind: Literal["predict"] = "predict"

    @property
    def is_choice(self) -> bool:
        """Whether an option is to be chosen."""
        return bool(self.options)

    def is_right(self, prediction: float) -> bool:
        """Say whether a prediction (the place of an option, or a number) is right."""
        return math.isclose(prediction, self.answer, rel_tol=1e-9, abs_tol=1e-9)

    def words(self, prediction: float) -> str:
        """Return a prediction in words: the option's text, or the number with its unit."""
        if not self.is_choice:
            return f"{prediction:g} {self.unit}".rstrip()
        place = int(prediction)
        return self.options[place] if 0 <= place < len(self.options) else f"option {place + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(_Step):
    """Something that is done on the sandbox."""

    actions: tuple[Action, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What is measured, by name."""

    fresh: bool = False
    """Whether it starts from a fresh sandbox; else it goes on from the last run."""

    kind: Literal["run"] = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveStep(_Step):
    """An event of the last run, its payload shown with what matters marked."""

    of: str
    """The id of that run step."""

    event: Selector

    which: int = 1
    """Of several: which, from 1; -1 is the last."""

    mark: tuple[str, ...] = ()
    """The dotted paths that are marked: ``message.Records.0.s3.object.key``."""

    kind: Literal["observe"] = "observe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainStep(_Step):
    """Whether a prediction was right, and why."""

    of: str
    """The id of the predict step."""

    kind: Literal["explain"] = "explain"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep(_Step):
    """One question of the bank."""

    question: str
    """Its id."""

    kind: Literal["check"] = "check"


Step = ReadStep | PredictStep | RunStep | ObserveStep | ExplainStep | CheckStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One topic's walkthrough."""

    slug: str
    """The topic's."""

    title: str
    number: int
    """In teaching order, from 1."""

    topology: str
    """The architecture, where a step names no other."""

    objectives: tuple[str, ...]
    not_covered: tuple[str, ...]
    tasks: tuple[str, ...]
    """Task statements of the exam guide."""

    steps: tuple[Step, ...]

    @property
    def short_title(self) -> str:
        """The title up to its colon."""
        return self.title.partition(":")[0]

    def step(self, step_id: str) -> Step:
        """Return a step by its id; ``KeyError`` when there is none."""
        return self.steps[self.place_of(step_id)]

    def place_of(self, step_id: str) -> int:
        """Return a step's place, from 0; ``KeyError`` when there is none of that id."""
        for place, step in enumerate(self.steps):
            if step.id == step_id:
                return place
        raise KeyError(step_id)

    @property
    def runs(self) -> tuple[RunStep, ...]:
        """The steps that run something."""
        return tuple(step for step in self.steps if isinstance(step, RunStep))

    def run_after(self, step: Step) -> RunStep | None:
        """Return the run step that follows a step first; None when none does."""
        later = self.steps[self.place_of(step.id) + 1 :]
        return next((each for each in later if isinstance(each, RunStep)), None)

    def run_before(self, step: Step) -> RunStep | None:
        """Return the run step that comes before a step last; None when none does."""
        earlier = self.steps[: self.place_of(step.id)]
        return next((each for each in reversed(earlier) if isinstance(each, RunStep)), None)

    def prediction_of(self, step: ExplainStep) -> PredictStep:
        """Return the prediction that a step explains; ``KeyError`` when there is none."""
        found = self.step(step.of)
        if not isinstance(found, PredictStep):
            raise KeyError(step.of)
        return found

    def leading_to(self, run: RunStep) -> tuple[RunStep, ...]:
        """Return the runs that one goes on from, oldest first, itself last."""
        place = self.runs.index(run)
        return tuple(reversed(list(self._back_from(place))))

    def _back_from(self, place: int) -> Iterator[RunStep]:
        last = self.runs[place]
        for run in reversed(self.runs[: place + 1]):
            if run.topology == last.topology:
                yield run
                if run.fresh:
                    return
