"""What grading takes and gives, as values: a setup, and a grade with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any] | str
"""A policy or settings: JSON text as the learner wrote it, or the object it stands for.

``{account}`` in it stands for the sandbox's account, ``{key}`` for the ARN of the key that
``key-policy`` is about; grading a document with ``{key}`` takes a setup with that place.
"""

Documents = Mapping[str, Document]
"""By place."""

Tell = Callable[[str], object]
"""Hears what is being looked at: ``works: photo.jpg``."""

WORKS = "works"
NOTHING_ELSE = "nothing else"
NOTHING_SUPERFLUOUS = "nothing superfluous"


class GradingError(Exception):
    """The grading itself failed; that says nothing about the documents."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the grading itself failed: {reason}")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A request that must be denied."""

    caller: str
    """A service principal, ``function`` (the first), ``function NAME``, ``learner``, ``anonymous``
    or an ARN.
    """

    action: str
    resource: str
    """An ARN or ``*``; ``{account}`` and ``{key}`` (the key of ``key-policy``) are replaced."""

    why: str
    """One sentence: what it would let happen."""

    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys that the request brings."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is graded against: an architecture, what stands in it, and what must come of it."""

    topology: str
    """The architecture's name."""

    scenario: str
    """The name of one of the scenarios."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The scenario's own."""

    start: Documents = field(default_factory=dict)
    """The places that the learner edits, with the documents that stand there at the start."""

    given: Documents = field(default_factory=dict)
    """Documents that are put at the start and cannot be edited."""

    forbidden: tuple[Forbidden, ...] = ()
    """Beyond the battery that every architecture has."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that its service did not take."""

    place: str
    code: str
    """The service's error code."""

    message: str

    def words(self) -> str:
        """Return it in one sentence."""
        return f"{self.place} was refused: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was looked at."""

    id: str
    holds: bool
    words: str
    """One sentence: what was asked, and what came of it."""

    details: tuple[str, ...] = ()
    """Further sentences, such as the service's own words."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts of a grade."""

    name: str
    holds: bool
    evidence: tuple[Evidence, ...]

    @property
    def failed(self) -> tuple[Evidence, ...]:
        """What does not hold."""
        return tuple(each for each in self.evidence if not each.holds)


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of documents."""

    works: Part
    nothing_else: Part
    nothing_superfluous: Part
    refused: tuple[Refused, ...] = ()
    """The documents that their services did not take."""

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """The three parts, in order."""
        return self.works, self.nothing_else, self.nothing_superfluous

    @property
    def passed(self) -> bool:
        """Whether it works, and allows nothing else."""
        return self.works.holds and self.nothing_else.holds

    @property
    def mastered(self) -> bool:
        """Whether nothing in it is superfluous, too."""
        return self.passed and self.nothing_superfluous.holds
