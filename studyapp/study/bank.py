"""What is wrong with all questions together: habits of the author that a learner may notice.

A habit is told from chance, so small banks are let be: four keys of five in the first place say
nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from studyapp.study.course import Course, Option, Question, QuestionKind
from studyapp.study.likeness import alike
from studyapp.study.remarks import Remark, error, warning

LARGE_ENOUGH = 16
"""Questions from which on a habit can be told."""

CHI_SQUARE = 16.27
"""Of four places: passed by chance once in a thousand banks."""

DEVIATIONS = 3
"""How many standard deviations from chance are a habit."""

MEAN_LENGTH = 1.2
"""How many times as long as the mean distractor the mean key may be."""

ALIKE = 0.7
"""The share of three-word pieces from which on two stems are one."""

POINTS = 8
"""Percentage points by which the bank may differ from the exam's weights."""

_ABSOLUTE = re.compile(r"\b(?:always|never|(?<!-)only)\b", re.IGNORECASE)
_SHOWN = 3


def bank_remarks(course: Course) -> Iterator[Remark]:
    """Yield what is wrong with the questions of a course taken together."""
    choices = [q for q in course.questions if q.kind is QuestionKind.MULTIPLE_CHOICE]
    if len(choices) >= LARGE_ENOUGH:
        yield from _key_positions(choices)
        yield from _key_lengths(choices)
    if len(course.questions) >= LARGE_ENOUGH:
        yield from _absolutes(course.questions)
        yield from _weights(course)
    yield from _near_duplicates(course.questions)
    yield from _unused(course)


def _key_positions(questions: list[Question]) -> Iterator[Remark]:
    counts = Counter(place for question in questions for place in question.key)
    expected = len(questions) / 4
    if sum((counts[n] - expected) ** 2 / expected for n in range(4)) > CHI_SQUARE:
        spread = ", ".join(str(counts[n]) for n in range(4))
        what = f"the keys of multiple choice stand in places 1 to 4 {spread} times"
        yield error(what, "spread them evenly")


def _key_lengths(questions: list[Question]) -> Iterator[Remark]:
    longest, ratios = 0, 0.0
    for question in questions:
        key = next(len(option.text) for option in question.options if option.is_key)
        others = [len(option.text) for option in question.options if not option.is_key]
        longest += key > max(others)
        ratios += key / (sum(others) / len(others))
    number = len(questions)
    if longest - number / 4 > DEVIATIONS * math.sqrt(number * 3 / 16):
        what = f"the key is the longest option in {longest} of {number} questions"
        yield error(what, "shorten keys or lengthen distractors until that is one in four")
    if ratios / number > MEAN_LENGTH:
        what = f"keys are {ratios / number:.2f} times as long as distractors on average"
        yield error(what, f"bring that below {MEAN_LENGTH}")


def _absolutes(questions: tuple[Question, ...]) -> Iterator[Remark]:
    options = [(question, option) for question in questions for option in question.options]
    keys = [option for _, option in options if option.is_key]
    distractors = [(question, option) for question, option in options if not option.is_key]
    absolute = [(question, option) for question, option in distractors if _is_absolute(option)]
    share = sum(map(_is_absolute, keys)) / len(keys)
    if len(absolute) - share * len(distractors) > len(distractors) / 10:
        what = (
            f'{len(absolute)} of {len(distractors)} distractors say "always", "never" or "only", '
            f"and {share:.0%} of the keys"
        )
        some = ", ".join(dict.fromkeys(question.id for question, _ in absolute[:_SHOWN]))
        yield warning(what, f"word distractors as carefully as keys, beginning with {some}")


def _is_absolute(option: Option) -> bool:
    return _ABSOLUTE.search(option.text) is not None


def _weights(course: Course) -> Iterator[Remark]:
    counts = Counter(question.domain for question in course.questions)
    for domain in course.domains:
        share = 100 * counts[domain.id] / len(course.questions)
        if abs(share - domain.weight) > POINTS:
            what = (
                f"{share:.0f} % of the questions are on {domain.id}, which weighs {domain.weight} %"
            )
            yield warning(what, "write more on it" if share < domain.weight else "write on others")


def _near_duplicates(questions: tuple[Question, ...]) -> Iterator[Remark]:
    for place, earlier in alike([question.stem for question in questions], ALIKE):
        what = f"the stem is almost that of {questions[earlier].id}"
        yield error(what, "ask something else", questions[place], "stem")


def _unused(course: Course) -> Iterator[Remark]:
    used = {option.misconception for question in course.questions for option in question.options}
    for place, misconception in enumerate(course.misconceptions):
        if misconception.id not in used:
            what = "no distractor tests it"
            yield warning(what, "write one, or remove it", None, "misconception", place)
    asked = {question.topic for question in course.questions}
    for place, topic in enumerate(course.topics):
        if topic.slug not in asked:
            yield warning("it has no question", "write one", None, "topic", place)
