"""How far one has come in each chapter of the walkthrough, and which is next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studyapp.study.walk_progress import StepDone
from studyapp.study.walkthrough import Chapter


@dataclass(frozen=True, slots=True)
class ChapterStanding:
    """How far one has come in a chapter."""

    chapter: Chapter

    done: int
    """How many of its steps are done."""

    next_step: int
    """The number of the first step that is not, from 1; 0 when all are."""

    @property
    def share(self) -> float:
        """How far it is, 0 to 1."""
        return self.done / len(self.chapter.steps)

    @property
    def is_finished(self) -> bool:
        """Whether every step is done."""
        return not self.next_step


def standings(
    chapters: Iterable[Chapter], done: Mapping[str, StepDone]
) -> tuple[ChapterStanding, ...]:
    """Return how far each chapter is, from the steps that are done by ``chapter/step``."""
    return tuple(_standing(chapter, done) for chapter in chapters)


def current(
    known: Iterable[ChapterStanding], done: Mapping[str, StepDone]
) -> ChapterStanding | None:
    """Return the chapter to go on with: the one gone through last, or else the first unfinished.

    None when all are finished.
    """
    open_ones = {standing.chapter.slug: standing for standing in known if not standing.is_finished}
    latest = list(done.values())[-1].chapter if done else ""
    return open_ones.get(latest) or next(iter(open_ones.values()), None)


def following(known: Iterable[ChapterStanding], chapter: Chapter) -> Chapter | None:
    """Return the chapter to offer at the end of one: the next unfinished, or one left before."""
    left = [each.chapter for each in known if not each.is_finished and each.chapter != chapter]
    later = (each for each in left if each.number > chapter.number)
    return next(later, None) or next(iter(left), None)


def _standing(chapter: Chapter, done: Mapping[str, StepDone]) -> ChapterStanding:
    left = [n for n, s in enumerate(chapter.steps, 1) if f"{chapter.slug}/{s.id}" not in done]
    return ChapterStanding(chapter, len(chapter.steps) - len(left), left[0] if left else 0)
