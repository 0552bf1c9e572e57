"""What an author's checks say of a course, and where in the files that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from studyapp.study.course import Question
from studyapp.study.documents import Document, key_of, read_document
from studyapp.study.loading import COURSE_FILE, questions_file
from studyapp.study.problems import Problem, Severity
from studyapp.study.toml_lines import Path, find_lines, line_of

WHOLE_BANK = "topics"
"""The place of what is wrong with no single question."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say of a question, of an entry of ``course.toml``, or of the whole bank."""

    what: str
    remedy: str
    severity: Severity

    question: Question | None = None

    path: Path = ()
    """Within the question, or within ``course.toml``; empty for the question or the bank."""


def error(what: str, remedy: str, question: Question | None = None, *path: str | int) -> Remark:
    """Return a remark that must be heeded."""
    return Remark(what, remedy, Severity.ERROR, question, path)


def warning(what: str, remedy: str, question: Question | None = None, *path: str | int) -> Remark:
    """Return a remark that an author may decide to live with."""
    return Remark(what, remedy, Severity.WARNING, question, path)


def as_problems(remarks: Iterable[Remark], folder: Traversable) -> Iterator[Problem]:
    """Yield remarks with their files and lines."""
    files: dict[str, _Lines] = {}
    for remark in remarks:
        if remark.question is None and not remark.path:
            yield Problem(WHOLE_BANK, None, "", remark.what, remark.remedy, remark.severity)
            continue
        file = questions_file(remark.question.topic) if remark.question else COURSE_FILE
        if file not in files:
            files[file] = _Lines.of(folder, file)
        lines = files[file]
        path = lines.full_path(remark)
        yield Problem(
            file,
            line_of(path, lines.lines),
            key_of(path, lines.document.table),
            remark.what,
            remark.remedy,
            remark.severity,
        )


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where everything stands in one file."""

    document: Document
    lines: Mapping[Path, int]
    places: Mapping[str, int]
    """The places of the questions by their ids."""

    @classmethod
    def of(cls, folder: Traversable, file: str) -> _Lines:
        document = read_document(folder, file)
        if isinstance(document, Problem):
            document = Document(file, "", {})
        questions = document.table.get("question", ())
        return cls(
            document,
            find_lines(document.text),
            {question["id"]: place for place, question in enumerate(questions)},
        )

    def full_path(self, remark: Remark) -> Path:
        if remark.question is None:
            return remark.path
        return ("question", self.places.get(remark.question.id, 0), *remark.path)
