"""When a question comes again: FSRS, with ratings from how it was answered.

Intervals are never made fuzzy, so that the same answers give the same days, and none goes beyond
the day of the exam when one is set.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fsrs import Card, Rating, Scheduler

from studyapp.study.answers import Answer, Confidence

SLOW_SECONDS = 90.0
"""More than this for a right answer, and it was hard: the exam leaves two minutes a question."""

LEECH_LAPSES = 4
"""So many times forgotten, and another look at the same question will not mend it."""

LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of how well a question is remembered."""

    card: Mapping[str, Any]
    """FSRS's card as its document."""

    due_at: dt.datetime
    lapses: int = 0
    """How often it was answered wrong after its first answer."""

    @property
    def is_leech(self) -> bool:
        """Whether it is forgotten again and again."""
        return self.lapses >= LEECH_LAPSES


def rating(answer: Answer) -> Rating:
    """Return how well an answer was remembered.

    Wrong is *again*; right after a hint, as a guess or slowly is *hard*; right and sure is *easy*;
    every other right answer is *good*.
    """
    if not answer.is_right:
        return Rating.Again
    was_slow = answer.seconds > SLOW_SECONDS
    if answer.is_hinted or answer.confidence is Confidence.GUESS or was_slow:
        return Rating.Hard
    return Rating.Easy if answer.confidence is Confidence.SURE else Rating.Good


def review(before: Memory | None, answer: Answer, exam_date: dt.date | None = None) -> Memory:
    """Return what is known once a question has been answered; what was wrong is due in a day.

    Args:
        before: What was known; None for the first answer.
        answer: The answer. A time before the last one counts as that one's, so a clock that jumped
            back does no harm.
        exam_date: The day of the exam: nothing is due after it, if it lies ahead.
    """
    card = _card(before) if before else Card(card_id=0, due=answer.answered_at)
    at = answer.answered_at.astimezone(dt.UTC)
    if card.last_review is not None and at < card.last_review:
        at = card.last_review
    left = (exam_date - at.date()).days if exam_date else LONGEST_DAYS
    longest = min(LONGEST_DAYS, left) if left > 0 else LONGEST_DAYS
    if not answer.is_right:
        longest = 1
    after, _ = _scheduler(longest).review_card(card, rating(answer), review_datetime=at)
    lapses = before.lapses + (not answer.is_right) if before else 0
    return Memory(card=dict(after.to_dict()), due_at=after.due, lapses=lapses)


def retrievability(memory: Memory, now: dt.datetime) -> float:
    """Return the chance, 0 to 1, that the question would be answered right now."""
    return float(_scheduler(LONGEST_DAYS).get_card_retrievability(_card(memory), now))


def _card(memory: Memory) -> Card:
    return Card.from_dict(dict(memory.card))  # type: ignore[arg-type]


@functools.lru_cache(maxsize=400)
def _scheduler(longest_days: int) -> Scheduler:
    """Return FSRS with days for its shortest steps: nothing comes twice in one sitting."""
    return Scheduler(
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=longest_days,
        enable_fuzzing=False,
    )
