"""What lets somebody answer a question without knowing the answer, question by question.

Options are shuffled when they are shown, so no text may speak of their letters or of what stands
above. Somebody who knows nothing chooses the longest option, and leaves out what says "always".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studyapp.study.course import Question, QuestionKind
from studyapp.study.remarks import Remark, error, warning

MUCH_LONGER = 1.4
"""How many times as long as the longest distractor a key may be."""

A_FEW_WORDS = 20
"""Characters by which lengths may differ, whatever the ratio."""

UNLIKE = 2.5
"""How many times as long as the shortest option the longest may be."""

A_LINE = 60
SHORTEST_STEM = 8
LONGEST_STEM = 150
SHORTEST_RATIONALE = 25

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_CHOOSE = re.compile(rf"\b(?:choose|select)\s+({'|'.join(_NUMBERS)}|\d)\b", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:all|none|both|any|some|two) of (?:the|these) (?:above|options|answers|choices)\W*$"
    r"|\b(?:all|none|both) of (?:these|them)\W*$"
    r"|\b(?:the )?above (?:options|answers|choices)?\W*$"
    r"|\b(?:both )?[A-F] and [A-F](?: only)?\W*$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\b(?:options?|answers?|choices?) (?:[A-F]|[1-9])\b")


def question_remarks(question: Question) -> Iterator[Remark]:
    """Yield what is wrong with one question by itself."""
    yield from _stem(question)
    yield from _number_to_choose(question)
    yield from _lengths(question)
    yield from _texts(question)


def _stem(question: Question) -> Iterator[Remark]:
    words = len(question.stem.split())
    if words < SHORTEST_STEM:
        yield warning(f"the stem has {words} words", "say what the situation is", question, "stem")
    if words > LONGEST_STEM:
        yield warning(
            f"the stem has {words} words",
            f"leave out what does not matter, down to {LONGEST_STEM}",
            question,
            "stem",
        )
    if "?" not in question.stem:
        yield warning("the stem asks nothing", "end it with a question", question, "stem")


def _number_to_choose(question: Question) -> Iterator[Remark]:
    said = [_CHOOSE_VALUES.get(word.lower(), word) for word in _CHOOSE.findall(question.stem)]
    keys = str(len(question.key))
    if question.kind is QuestionKind.MULTIPLE_CHOICE:
        if said:
            what = "the stem of a multiple choice says how many to choose"
            yield error(what, "leave that out", question, "stem")
    elif said != [keys]:
        number = _NUMBERS[len(question.key)] if len(question.key) < len(_NUMBERS) else keys
        what = "the stem does not say how many to choose"
        if said:
            what = f"the stem says to choose {said[0]}, and {keys} are right"
        yield error(what, f'end it with "Choose {number}"', question, "stem")


_CHOOSE_VALUES = {word: str(number) for number, word in enumerate(_NUMBERS)}


def _lengths(question: Question) -> Iterator[Remark]:
    lengths = [len(option.text) for option in question.options]
    shortest_key = min(len(option.text) for option in question.options if option.is_key)
    distractor = max(len(option.text) for option in question.options if not option.is_key)
    place = next(n for n in question.key if lengths[n] == shortest_key)
    if shortest_key > max(MUCH_LONGER * distractor, distractor + A_FEW_WORDS):
        what = f"the key has {shortest_key} characters, and the longest distractor {distractor}"
        yield error(what, "make them alike", question, "option", place, "text")
    elif max(lengths) > max(UNLIKE * min(lengths), min(lengths) + A_LINE):
        what = f"the options have from {min(lengths)} to {max(lengths)} characters"
        yield warning(what, "make them alike", question, "option")


def _texts(question: Question) -> Iterator[Remark]:
    for place, option in enumerate(question.options):
        if _ABOVE.search(option.text):
            yield error(
                f'the option speaks of others: "{option.text}"',
                "say what it means, since options are shuffled",
                question,
                *("option", place, "text"),
            )
        if _LETTER.search(option.rationale):
            yield error(
                "the rationale names an option by its letter or number",
                "repeat what that option says, since options are shuffled",
                question,
                *("option", place, "rationale"),
            )
        if len(option.rationale) < SHORTEST_RATIONALE:
            yield warning(
                f'the rationale is hardly one: "{option.rationale}"',
                "say why the option is right or wrong",
                question,
                *("option", place, "rationale"),
            )
        if option.is_key and option.text.casefold() in question.hint.casefold():
            yield warning("the hint says the key", "point at it only", question, "hint")
