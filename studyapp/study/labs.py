"""Labs as values: what is broken, what mends it, and how both are shown to be so.

``lab_loading`` makes them from ``content/labs/``, checked whole; nothing changes them after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.grading.places import locate
from pipeline.grading.values import Forbidden, Grade, Setup, Tell
from pipeline.topology import make_topology


@dataclass(frozen=True, slots=True)
class LabOption:
    """One of the four changes that a lab's question offers."""

    text: str
    rationale: str
    """Why it mends what is broken, or why it does not."""


@dataclass(frozen=True, slots=True)
class LabQuestion:
    """What is asked before the editor: which of four changes mends this?"""

    stem: str
    options: tuple[LabOption, ...]

    key: int
    """The place of the right option, from 0."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A document that the learner changes."""

    place: str
    """A policy's place in the topology, or ``kind:name`` of a document of settings."""

    start: str
    """Its text at the beginning, JSON."""

    solution: str

    @property
    def file_name(self) -> str:
        """What a file with this document is called where a learner edits it."""
        return f"{self.place.replace(':', '-')}.json"


@dataclass(frozen=True, slots=True)
class Given:
    """A document that is put at the start and cannot be edited."""

    place: str
    document: str


@dataclass(frozen=True, slots=True)
class WrongSolution:
    """A change that does not solve the lab, and why; the cheat is one too."""

    name: str

    documents: Mapping[str, str]
    """By place; places that are not named keep the solution's document."""

    fails: str
    """The first part of the grade that does not hold: *works* or *nothing else*."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One lab."""

    slug: str
    """The name of its folder; written once and never changed."""

    title: str
    topic: str
    task: str
    topology: str
    story: str
    goal: str
    objectives: tuple[str, ...]
    hints: tuple[str, ...]
    """Three, each saying more."""

    references: tuple[str, ...]
    """Addresses of the AWS documentation."""

    edits: tuple[Edit, ...]
    given: tuple[Given, ...]
    scenario: str
    parameters: Mapping[str, Any]
    """Of the scenario."""

    forbidden: tuple[Forbidden, ...]
    wrong: tuple[WrongSolution, ...]
    cheat: WrongSolution
    question: LabQuestion
    start_fails: str
    """The first part of the grade that does not hold at the start."""

    @property
    def starts(self) -> dict[str, str]:
        """The documents at the beginning, by place."""
        return {edit.place: edit.start for edit in self.edits}

    @property
    def solutions(self) -> dict[str, str]:
        """The documents of the solution, by place."""
        return {edit.place: edit.solution for edit in self.edits}

    @property
    def policy_places(self) -> list[str]:
        """The places of the policies among what is edited; at the others settings stand."""
        topology = make_topology(self.topology)
        return [e.place for e in self.edits if locate(topology, e.place).is_policy]

    @property
    def setup(self) -> Setup:
        """What its documents are graded against."""
        return Setup(
            topology=self.topology,
            scenario=self.scenario,
            parameters=self.parameters,
            start=self.starts,
            given={given.place: given.document for given in self.given},
            forbidden=self.forbidden,
        )

    def edit(self, place: str) -> Edit:
        """Return what is edited at a place; ``KeyError`` when nothing is."""
        for edit in self.edits:
            if edit.place == place:
                return edit
        raise KeyError(place)


def lab_named(labs: Iterable[Lab], slug: str) -> Lab:
    """Return the lab of that slug; ``KeyError`` when there is none."""
    for lab in labs:
        if lab.slug == slug:
            return lab
    raise KeyError(slug)


Grader = Callable[[Lab, Mapping[str, str], Tell], Grade]
"""Grades documents, by place, in a lab; raises ``GradingError`` when it cannot."""


def grade_lab(lab: Lab, documents: Mapping[str, str], tell: Tell) -> Grade:
    """Grade documents in a fresh sandbox.

    Args:
        lab: The lab.
        documents: The texts of what is edited, by place.
        tell: Hears what is being looked at.

    Raises:
        GradingError: The grading itself failed, which says nothing about the documents.
    """
    from pipeline.grading.grade import grade  # noqa: PLC0415 - it loads the cloud

    return grade(lab.setup, documents, tell)
