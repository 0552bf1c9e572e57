"""Which files lie in a content folder that nothing reads, and which are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib.resources.abc import Traversable

from studyapp.study.course import Course
from studyapp.study.documents import read_document
from studyapp.study.loading import COURSE_FILE
from studyapp.study.prices import PRICES_FILE, read_prices
from studyapp.study.problems import Problem, Severity, nearest

SAMPLES_FILE = "samples.toml"
_FILES = frozenset({COURSE_FILE, PRICES_FILE, SAMPLES_FILE, "__init__.py"})
_FOLDERS = frozenset({"images", "topics", "labs"})
_TOPIC_FILES = frozenset({"lesson.md", "steps.toml", "questions.toml"})
_IGNORED = frozenset({"__pycache__"})
"""What running the app leaves behind."""


def file_problems(course: Course, folder: Traversable) -> Iterator[Problem]:
    """Yield what lies where nothing looks for it, pictures that nothing shows, and bad prices."""
    for entry in _entries(folder):
        known = _FOLDERS if entry.is_dir() else _FILES
        if entry.name not in known:
            yield _unexpected(entry.name, entry.name, known)
    topics = {topic.slug for topic in course.topics}
    for entry in _entries(folder.joinpath("topics")):
        yield from _of_topic(entry, topics)
    yield from _pictures(folder)
    if folder.joinpath(PRICES_FILE).is_file():
        yield from read_prices(folder)[1]


def _of_topic(entry: Traversable, topics: Collection[str]) -> Iterator[Problem]:
    place = f"topics/{entry.name}"
    if not entry.is_dir() or entry.name not in topics:
        # With questions in it, an unknown topic is known to the loader as a mistake already.
        if not entry.joinpath("questions.toml").is_file():
            yield _unexpected(place, entry.name, topics)
        return
    for file in _entries(entry):
        if file.is_dir() or file.name not in _TOPIC_FILES:
            yield _unexpected(f"{place}/{file.name}", file.name, _TOPIC_FILES)


def _pictures(folder: Traversable) -> Iterator[Problem]:
    in_folder = {entry.name for entry in _entries(folder.joinpath("images"))}
    listed: set[str] = set()
    if folder.joinpath(SAMPLES_FILE).is_file():
        document = read_document(folder, SAMPLES_FILE)
        if isinstance(document, Problem):
            yield document
            return
        listed = {sample.text("file") for sample in document.entry.entries("sample")}
        yield from document.problems()
    for name in sorted(in_folder - listed):
        what = f"{SAMPLES_FILE} does not name this picture"
        remedy = "name it there or remove it"
        yield Problem(f"images/{name}", None, "", what, remedy, Severity.WARNING)
    for name in sorted(listed - in_folder - {""}):
        what = f"there is no picture images/{name}"
        yield Problem(SAMPLES_FILE, None, "", what, "add it, or remove its [[sample]]")


def _entries(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted(
        (entry for entry in folder.iterdir() if entry.name not in _IGNORED),
        key=lambda entry: entry.name,
    )


def _unexpected(place: str, name: str, known: Collection[str]) -> Problem:
    close = nearest(name, known)
    remedy = f"name it {close} if that is meant, or remove it" if close else "remove it"
    return Problem(place, None, "", "nothing reads this", remedy)
