"""10,000 questions loaded: against parsing the same TOML with the standard library alone.

The quick run takes fewer: what a question costs does not depend on their number.
"""

from __future__ import annotations

import importlib.resources
import random
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from harness import Measure, paired

from studyapp.study.loading import COURSE_FILE, load_course, questions_file

QUESTIONS = 10_000
FEWER_QUESTIONS = 2_000
LIMIT = 0.45
"""On a quiet machine with two cores the parsing takes 2.3 s, so this is one second."""

QUESTION = '''
[[question]]
id = "{topic}/question-{number}"
kind = "multiple choice"
domain = "resilient"
task = "2.1"
difficulty = {difficulty}
experiment = "queue-keeps-messages"
hint = "{hint}"
stem = """
{situation}

{question}
"""
'''

OPTION = '''
[[question.option]]
text = "{text} {place}"
rationale = """
{rationale}"""
{mark}
'''

REFERENCE = """
[[question.reference]]
url = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
checked = 2026-11-20
"""

WORDS = (
    "queue bucket function message event visibility timeout object policy role batch poll durable "
    "upload picture concurrency retry delay order duplicate item table index query cost storage"
)


def write_bank(folder: Path, count: int) -> None:
    """Write a content folder with so many questions, spread over the topics of the course."""
    course = (importlib.resources.files("content") / COURSE_FILE).read_text("utf-8")
    (folder / COURSE_FILE).write_text(course, "utf-8")
    topics = [topic["slug"] for topic in tomllib.loads(course)["topic"]]
    chance = random.Random(1)  # noqa: S311 - the same bank each time is wanted
    for place, topic in enumerate(topics):
        file = folder / questions_file(topic)
        file.parent.mkdir(parents=True)
        numbers = range(place, count, len(topics))
        file.write_text("".join(_question(topic, number, chance) for number in numbers), "utf-8")


def _question(topic: str, number: int, chance: random.Random) -> str:
    def words(many: int) -> str:
        return " ".join(chance.choices(WORDS.split(), k=many))

    head = QUESTION.format(
        topic=topic,
        number=number,
        difficulty=chance.randint(1, 3),
        hint=words(10),
        situation=words(40),
        question=words(12),
    )
    key = chance.randrange(4)
    options = (
        OPTION.format(
            text=words(12),
            place=place,
            rationale=words(32),
            mark="key = true" if place == key else 'misconception = "push-instead-of-poll"',
        )
        for place in range(4)
    )
    return head + "".join(options) + REFERENCE


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield loading a big bank against parsing its files with tomllib."""
    count = QUESTIONS if full else FEWER_QUESTIONS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_bank(folder, count)
        yield paired(
            f"{count:,} questions loaded / parsed by tomllib",
            lambda: _seconds_to_load(folder, count),
            lambda: _seconds_to_parse(folder),
            limit=LIMIT,
            runs=5 if full else 3,
        )


def _seconds_to_load(folder: Path, count: int) -> float:
    started = time.perf_counter()
    course = load_course(folder)
    seconds = time.perf_counter() - started
    if len(course.questions) != count:
        raise AssertionError(f"{len(course.questions)} questions were loaded")
    return seconds


def _seconds_to_parse(folder: Path) -> float:
    files = sorted(folder.rglob("*.toml"))
    started = time.perf_counter()
    for file in files:
        tomllib.loads(file.read_text("utf-8"))
    return time.perf_counter() - started
