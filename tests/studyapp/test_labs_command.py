"""What ``studyapp labs`` lists, plays, grades and forgets, and how it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.grading.values import Grade, GradingError
from studyapp.labs_command import labs
from studyapp.study import lab_loading, lab_session
from studyapp.study.given import utc_now
from studyapp.study.lab_files import LabFiles
from studyapp.study.lab_progress import LabRecord
from studyapp.study.lab_store import LabStore
from studyapp.study.labs import Lab
from studyapp.study.progress import ProgressStore, progress_file
from tests.studyapp.study.small_labs import LAB, add_lab, content, grade_of

SLUG = "queue-hears-nothing"
TWO = f'{LAB}\n[[edit]]\nplace = "queue:jobs"\nstart = "start.json"\nsolution = "solution.json"\n'
"""A lab in which two documents are edited."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content folder that the app has, with two labs."""
    folder = content(tmp_path / "content")
    add_lab(folder, SLUG)
    add_lab(folder, "two-documents", TWO.replace('"permissions"', '"buffer"'))
    monkeypatch.setattr(lab_loading, "content_folder", lambda: folder)
    return folder


class Grader:
    """Gives grades by the document at the queue's policy."""

    def __init__(self) -> None:
        self.grades: dict[str, Grade | Exception] = {
            "solution": grade_of(1, 1, 1),
            "any-bucket": grade_of(1, 0, 1),
        }
        self.graded: list[Mapping[str, str]] = []

    def __call__(
        self, _lab: Lab, documents: Mapping[str, str], tell: Callable[[str], object]
    ) -> Grade:
        tell("works: photo.jpg")
        self.graded.append(documents)
        try:
            name = json.loads(documents["queue-policy"])["Id"]
        except (ValueError, KeyError):
            return grade_of(0, 1, 1)
        grade = self.grades[name]
        if isinstance(grade, Exception):
            raise grade
        return grade


@pytest.fixture(autouse=True)
def grader(monkeypatch: pytest.MonkeyPatch) -> Grader:
    grader = Grader()
    defaults = (*(lab_session.LabSession.__init__.__defaults__ or ())[:-1], grader)
    monkeypatch.setattr(lab_session.LabSession.__init__, "__defaults__", defaults)
    return grader


def _run(*arguments: str | Path, typed: str | bytes | None = None) -> Result:
    """Run the command as the command line does, which uses what it returns as exit status."""
    texts = list(map(str, arguments))
    return CliRunner().invoke(labs, texts, input=typed, standalone_mode=False)


def _refused(*arguments: str | Path, typed: str | None = None) -> str:
    """Return the sentence with which a command is refused."""
    error = _run(*arguments, typed=typed).exception
    assert isinstance(error, click.UsageError)
    return error.format_message()


def _record(data_directory: Path, slug: str = SLUG) -> LabRecord:
    store = ProgressStore.open(progress_file(data_directory), utc_now())
    try:
        return LabStore(store).record(slug)
    finally:
        store.close()


def _file(folder: Path, name: str, slug: str = SLUG) -> Path:
    return folder / "labs" / slug / f"{name}.json"


# -- list --


def test_labs_are_listed_in_teaching_order_with_their_state(folder: Path) -> None:
    _run("check", SLUG, "--policy", _file(folder, "solution"))
    result = _run()
    assert result.return_value == 0
    assert result.output.splitlines() == [
        "two-documents        new       buffer       1.1  The queue that hears nothing",
        "queue-hears-nothing  mastered  permissions  1.1  The queue that hears nothing",
        "",
        "studyapp labs start SLUG plays one.",
    ]


def test_labs_are_listed_as_json(folder: Path) -> None:
    _run("check", SLUG, "--policy", _file(folder, "wrong-any-bucket"))
    new, failed = json.loads(_run("--json").output)
    assert (new["slug"], new["state"], new["best"]) == ("two-documents", "new", None)
    assert re.fullmatch(r"\d{4}-.*\+00:00", failed["best"].pop("graded_at"))
    assert failed == {
        "slug": SLUG,
        "title": "The queue that hears nothing",
        "topic": "permissions",
        "task": "1.1",
        "topology": "thumbnails",
        "state": "failed",
        "attempts": 1,
        "best": {"works": True, "nothing_else": False, "nothing_superfluous": True},
        "hints": 0,
        "solution_asked": 0,
        "chosen": None,
        "is_right": None,
    }


def test_without_labs_that_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_loading, "content_folder", lambda: folder / "labs" / SLUG)
    assert _run().output == "There are no labs in this version.\n"
    assert json.loads(_run("--json").output) == []


def test_a_lab_that_cannot_be_read_is_left_out_and_told(folder: Path) -> None:
    (folder / "labs" / SLUG / "lab.toml").write_text("title = 1", "utf-8")
    result = _run()
    assert SLUG not in result.stdout
    assert result.stderr == "Some labs cannot be read: studyapp check says why.\n"


def test_a_store_that_cannot_be_read_is_told(data_directory: Path) -> None:
    store = ProgressStore.open(progress_file(data_directory), utc_now())
    store._connection.execute("DROP TABLE lab_attempt")
    store.close()
    for arguments in ((), ("start", SLUG)):
        result = _run(*arguments)
        assert result.return_value == 1
        assert "could not be used" in result.stderr


# -- check --


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("solution", 0, "MASTERED It works, nothing else is allowed, and nothing is superfluous."),
        ("wrong-any-bucket", 1, "FAILED It works, and something else is allowed that must not be."),
        ("start", 1, "FAILED It does not work yet."),
    ],
)
def test_a_file_is_graded_and_kept(
    folder: Path, data_directory: Path, name: str, status: int, verdict: str
) -> None:
    result = _run("check", SLUG, "--policy", _file(folder, name))
    lines = result.output.splitlines()
    assert result.return_value == status
    assert "RUN works: photo.jpg" in lines
    assert verdict in lines
    assert ("questions: studyapp quiz --topic permissions" in lines) is (status == 1)
    assert len(_record(data_directory).attempts) == 1


def test_all_evidence_is_told_also_what_holds(folder: Path) -> None:
    said = _run("check", SLUG, "--policy", _file(folder, "start")).output
    assert "NOTHING ELSE yes, 1 check\nyes: It is about nothing else." in said


def test_a_grade_as_json_stands_alone_on_standard_output(folder: Path) -> None:
    result = _run("check", SLUG, "--policy", _file(folder, "wrong-any-bucket"), "--json")
    document = json.loads(result.stdout)
    assert result.return_value == 1
    assert (document["lab"], document["state"], document["passed"]) == (SLUG, "failed", False)
    assert [(part["name"], part["holds"]) for part in document["parts"]] == [
        ("works", True),
        ("nothing else", False),
        ("nothing superfluous", True),
    ]
    assert document["parts"][1]["evidence"] == [
        {
            "id": "nothing else-1",
            "holds": False,
            "words": "It is about nothing else.",
            "details": ["So."],
        }
    ]
    assert document["question"] == {"chosen": None, "is_right": None}
    assert "RUN works: photo.jpg" in result.stderr


def test_a_document_comes_from_standard_input(grader: Grader) -> None:
    assert _run("check", SLUG, "--policy", "-", typed='{"Id": "solution"}').return_value == 0
    assert grader.graded == [{"queue-policy": '{"Id": "solution"}'}]


def test_what_is_not_given_of_several_documents_stands_as_at_the_start(
    folder: Path, grader: Grader
) -> None:
    solution = _file(folder, "solution")
    assert (
        _run("check", "two-documents", "--document", f"queue-policy={solution}").return_value == 0
    )
    (graded,) = grader.graded
    assert graded["queue-policy"] == solution.read_text("utf-8")
    assert graded["queue:jobs"] == _file(folder, "start").read_text("utf-8")


def test_the_one_policy_among_several_documents_is_the_one_that_is_meant(
    folder: Path, grader: Grader
) -> None:
    assert _run("check", "two-documents", "--policy", _file(folder, "solution")).return_value == 0
    assert json.loads(grader.graded[0]["queue-policy"]) == {"Id": "solution"}


def test_a_broken_grading_says_so_and_is_neither_passed_nor_failed(
    folder: Path, grader: Grader, data_directory: Path
) -> None:
    grader.grades["solution"] = GradingError("no sandbox")
    result = _run("check", SLUG, "--policy", _file(folder, "solution"))
    assert result.return_value == 3
    assert result.stderr == (
        f"{SLUG}: the grading itself failed: no sandbox. Nothing is said about your documents.\n"
    )
    assert _record(data_directory).attempts == ()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("check", "queue-hears-nothin"),
            f'There is no lab "queue-hears-nothin": perhaps {SLUG} is',
        ),
        (("start", "x" * 500), f'There is no lab "{"x" * 60}": known are'),
        (("reset", "nowhere"), 'There is no lab "nowhere": known are'),
        (("reset",), "Name a lab, or give --all, and not both."),
        (("reset", SLUG, "--all"), "Name a lab, or give --all, and not both."),
        (("check", SLUG), "Nothing is given to grade: add --policy FILE."),
        (("check", "two-documents"), "Nothing is given to grade: add --document PLACE=FILE."),
        (
            ("check", "two-policies", "--policy", "a.json"),
            "two-policies edits 2 documents: queue-policy, trust-policy. Give each as --document",
        ),
        (
            ("check", SLUG, "--document", "queue=a.json"),
            f'"queue=a.json" names no document of {SLUG}: write queue-policy=FILE.',
        ),
        (("check", SLUG, "--document", "queue-policy"), '"queue-policy" names no document of'),
        (
            ("check", SLUG, "--policy", "-", "--document", "queue-policy=-"),
            "The document queue-policy is given twice.",
        ),
        (
            (
                "check",
                "two-documents",
                *("--document", "queue-policy=-"),
                *("--document", "queue:jobs=-"),
            ),
            "Only one document can come from standard input.",
        ),
        (("check", SLUG, "--policy", "/nowhere/a.json"), "/nowhere/a.json cannot be read: No such"),
        (("check", SLUG, "--policy", "-"), "standard input is empty: write a JSON document, or"),
    ],
)
def test_a_slip_is_one_sentence(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    add_lab(folder, "two-policies", TWO.replace("queue:jobs", "trust-policy"))
    assert _refused(*arguments, typed="").startswith(sentence)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"\xff\xfe")
    assert _refused("check", SLUG, "--policy", file) == f"{file} is not UTF-8 text."


# -- start and reset --


def test_a_lab_is_played_from_a_pipe(data_directory: Path) -> None:
    result = _run("start", SLUG, "--plain", typed="3\nh\nq\n")
    assert result.return_value == 0
    assert "hint 1/3: Look at the queue." in result.output
    record = _record(data_directory)
    assert (record.chosen, record.hints) == (2, 1)


@pytest.mark.parametrize(
    ("passed", "last"),
    [((SLUG,), "next: studyapp labs start two-documents"), ((SLUG, "two-documents"), "go on: ")],
)
def test_a_lab_that_is_passed_leads_to_the_next_that_is_not(
    folder: Path, passed: tuple[str, ...], last: str
) -> None:
    for slug in passed:
        _run("check", slug, "--policy", _file(folder, "solution"))
    assert last in _run("start", SLUG, typed="1\nq\n").output.splitlines()[-1]


def test_where_documents_cannot_be_written_that_is_told(data_directory: Path) -> None:
    data_directory.mkdir(parents=True, exist_ok=True)
    (data_directory / "labs").write_text("a file")
    result = _run("start", SLUG, typed="")
    assert result.return_value == 1
    assert "cannot be written: Not a directory." in result.stderr


@pytest.mark.parametrize(("arguments", "left"), [((SLUG,), 1), (("--all",), 0)])
def test_what_was_done_is_forgotten_with_its_documents(
    folder: Path, data_directory: Path, arguments: tuple[str, ...], left: int
) -> None:
    found, _ = lab_loading.read_labs()
    for lab in found:
        LabFiles(data_directory, lab).begin()
        documents = [("--document", f"queue-policy={_file(folder, 'solution')}")]
        _run("check", lab.slug, *documents[0])
    result = _run("reset", *arguments, "--yes")
    assert result.return_value == 0
    assert result.output.endswith("can be begun anew.\n")
    assert _record(data_directory) == LabRecord(SLUG)
    assert len(_record(data_directory, "two-documents").attempts) == left
    assert [LabFiles(data_directory, lab).folder.exists() for lab in found] == [bool(left), False]


@pytest.mark.parametrize("reply", ["n\n", ""])
def test_nothing_is_forgotten_without_a_yes(folder: Path, data_directory: Path, reply: str) -> None:
    _run("check", SLUG, "--policy", _file(folder, "solution"))
    result: Any = _run("reset", SLUG, typed=reply)
    assert isinstance(result.exception, click.Abort)
    assert len(_record(data_directory).attempts) == 1


def test_in_a_terminal_the_app_opens_on_the_lab_unless_lines_are_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("studyapp.__main__.has_terminal", lambda: True)
    monkeypatch.setattr(
        "studyapp.__main__.open_app", lambda _first, _settings, *, lab: opened.append(lab) or 0
    )
    assert _run("start", SLUG).exit_code == 0
    assert opened == [SLUG]
    assert "Which change mends this?" in _run("start", SLUG, "--plain", typed="q\n").output
    assert opened == [SLUG]
