"""What is known while a lab is played: the sandbox, its last run, and what is next to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from pipeline.events import RequestAuthorized, RequestDenied
from pipeline.grading.values import Grade
from pipeline.topology import Topology
from studyapp.study.lab_progress import LabState
from studyapp.study.lab_session import state_of
from studyapp.widgets.diagram_folding import advance
from studyapp.widgets.diagram_state import ArrowState, DiagramState, drawn_at_first

if TYPE_CHECKING:
    from pipeline.events import PipelineEvent


class Activity(Enum):
    """What the lab's sandbox does."""

    OPENING = auto()
    RESTING = auto()
    GRADING = auto()


@dataclass(slots=True)
class LabPlay:
    """One lab on the screen."""

    topology: Topology
    diagram: DiagramState
    activity: Activity = Activity.OPENING
    number: int = 0
    """Of the grading that counts; what is said of others is not heard."""

    looks_at: str = ""
    """What the grading that runs looks at."""

    grade: Grade | None = None
    """The last one; None before any, and since the last reset."""

    trouble: str = ""
    """Why the last grading broke; empty when it did not."""

    denied: list[RequestDenied] = field(default_factory=list)
    """Of the last run."""

    latest: RequestAuthorized | None = None
    """The last call of the run that was allowed."""

    @classmethod
    def begun(cls, topology: str) -> LabPlay:
        """Return a lab about an architecture, before its sandbox is open."""
        drawn = drawn_at_first(topology)
        return cls(drawn, DiagramState.initial(drawn))

    @property
    def is_grading(self) -> bool:
        """Whether a grading was asked for and is not over."""
        return self.activity is Activity.GRADING

    @property
    def notable(self) -> RequestDenied | RequestAuthorized | None:
        """The decision of the last run that is asked about first: a denied call of an arrow."""
        on_arrows = [event for event in self.denied if event.arrow in self.diagram.arrows]
        return next(iter(on_arrows or self.denied), self.latest)

    def open(self, topology: Topology) -> None:
        """Take the architecture as it stands in the sandbox."""
        self.topology = topology
        self.diagram = DiagramState.initial(topology)
        if self.activity is Activity.OPENING:
            self.activity = Activity.RESTING

    def begin(self, number: int) -> None:
        """Begin a grading: nothing has happened in its run yet."""
        self.forget()
        self.number, self.activity = number, Activity.GRADING

    def forget(self) -> None:
        """Forget the last run and its grade."""
        self.diagram = DiagramState.initial(self.topology)
        self.denied.clear()
        self.latest = self.grade = None
        self.looks_at = self.trouble = ""
        self.number = 0
        if self.is_grading:
            self.activity = Activity.RESTING

    def take(self, events: Iterable[PipelineEvent]) -> None:
        """Take events of the run."""
        for event in events:
            self.diagram = advance(self.diagram, event)
            if isinstance(event, RequestDenied):
                self.denied.append(event)
            elif isinstance(event, RequestAuthorized):
                self.latest = event

    def end(self, grade: Grade | None, trouble: str = "") -> None:
        """End the grading, with a grade or because it broke."""
        self.grade, self.trouble, self.looks_at = grade, trouble, ""
        self.activity = Activity.RESTING
        if grade is not None and not grade.works.holds:
            self._keep_denials()

    def _keep_denials(self) -> None:
        """Show every arrow on which a call was denied as denied, whatever passed it later."""
        arrows = self.diagram.arrows
        denied = {e.arrow: e for e in reversed(self.denied) if e.arrow and e.arrow in arrows}
        states = dict.fromkeys(denied, ArrowState.DENIED)
        self.diagram = replace(
            self.diagram,
            arrows={**arrows, **states},
            last_decision_by_arrow={**self.diagram.last_decision_by_arrow, **denied},
        )

    def next_step(self, *, is_changed: bool, is_graded: bool, is_edited: bool) -> tuple[str, str]:
        """Return what is next to do, in words, and its key.

        Args:
            is_changed: Whether any document is other than at the start.
            is_graded: Whether the documents are those that were graded last.
            is_edited: Whether keys go to a document.
        """
        if self.activity is Activity.OPENING:
            return "the sandbox is being opened …", ""
        if self.is_grading:
            return f"{self.looks_at or 'putting the documents'} …", ""
        if self.trouble:
            return "the grading itself failed; that says nothing about you: try again", "^s"
        if self.grade is not None and is_graded:
            return self._after(self.grade, is_edited=is_edited)
        if is_changed:
            return "apply the change, run and grade it", "^s"
        return "apply it as it stands, and watch it fail", "^s"

    def _after(self, grade: Grade, *, is_edited: bool) -> tuple[str, str]:
        state = state_of(grade)
        if state is LabState.MASTERED:
            return "mastered; go on with the next lab", "n"
        if state is LabState.PASSED:
            return "passed; take out what is superfluous", "f3" if is_edited else "e"
        if self.denied and not is_edited:
            return "see why it was denied, then change the document", "w"
        return "change the document", "f3" if is_edited else "e"
