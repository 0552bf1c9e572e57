"""What came of an exam: by exam domain and task statement, and on the exam's scale.

The number is about this architecture alone. How AWS turns right answers into its scale is not
published; the line here goes through the points that are known of it, and says that it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from studyapp.study.answers import Answer
from studyapp.study.course import Course, Question
from studyapp.study.sitting import Sitting

LEAST, PASS, MOST = 100, 720, 1000
"""The exam's scale: its ends, and what passes."""

PASSING_SHARE = Fraction(72, 100)
METHOD = (
    "An estimate: AWS does not publish how right answers become points. Here 0 % right is 100, "
    "72 % is 720 (the real exam's pass mark) and 100 % is 1000, with straight lines between."
)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some questions were answered right."""

    id: str
    name: str
    right: int
    asked: int


@dataclass(frozen=True, slots=True)
class ExamResult:
    """What came of an exam."""

    points: int
    """100 to 1000, of the questions that count."""

    scored: Share
    unscored: Share

    domains: tuple[Share, ...]
    """Of the questions that count, by exam domain; those without any are left out."""

    tasks: tuple[Share, ...]
    """The same by task statement."""

    @property
    def would_pass(self) -> bool:
        """Whether the points reach the real exam's pass mark."""
        return self.points >= PASS


def scaled(right: int, asked: int) -> int:
    """Return the points for a share of right answers."""
    share = Fraction(right, asked) if asked else Fraction(0)
    if share <= PASSING_SHARE:
        points = LEAST + share / PASSING_SHARE * (PASS - LEAST)
    else:
        points = PASS + (share - PASSING_SHARE) / (1 - PASSING_SHARE) * (MOST - PASS)
    return int(points)


def exam_result(course: Course, sitting: Sitting) -> ExamResult:
    """Return the result of an exam that is over; questions that are gone do not count."""
    rows = [
        (course.by_id[answer.question_id], answer)
        for answer in sitting.answers.values()
        if answer.question_id in course.by_id
    ]
    counted = [row for row in rows if row[0].id not in sitting.unscored]
    uncounted = [row for row in rows if row[0].id in sitting.unscored]
    scored = _share("scored", "scored questions", counted)
    return ExamResult(
        points=scaled(scored.right, scored.asked),
        scored=scored,
        unscored=_share("unscored", "unscored questions", uncounted),
        domains=_shares(
            [(domain.id, domain.name) for domain in course.domains], counted, lambda q: q.domain
        ),
        tasks=_shares([(task.id, task.name) for task in course.tasks], counted, lambda q: q.task),
    )


def coverage(course: Course) -> str:
    """Return what share of the exam guide this is about, in words."""
    return (
        f"About this architecture only: it teaches {course.covered_bullets} of the "
        f"{course.guide_bullets} points of the exam guide. It is no forecast of your exam."
    )


_Row = tuple[Question, Answer]


def _shares(
    groups: Iterable[tuple[str, str]], rows: list[_Row], group_of: Callable[[Question], str]
) -> tuple[Share, ...]:
    shares = (
        _share(group, name, [row for row in rows if group_of(row[0]) == group])
        for group, name in groups
    )
    return tuple(share for share in shares if share.asked)


def _share(group: str, name: str, rows: list[_Row]) -> Share:
    return Share(group, name, sum(answer.is_right for _, answer in rows), len(rows))
