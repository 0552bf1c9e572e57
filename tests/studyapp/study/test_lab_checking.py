"""A lab is what it says: its start fails, its solution is without fault, all else fails as told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.grading.values import Grade, GradingError, Refused
from studyapp.study import lab_checking
from studyapp.study.lab_checking import check_labs, proofs
from studyapp.study.lab_loading import read_labs
from studyapp.study.lab_proving import Flaw, prove
from studyapp.study.labs import Lab
from tests.studyapp.study.small_labs import LAB, add_lab, content, grade_of, small_lab

GRADES = {
    "start": (0, 1, 1),
    "solution": (1, 1, 1),
    "any-bucket": (1, 0, 1),
    "wrong-action": (0, 1, 1),
    "wrong-service": (0, 0, 0),
    "cheat": (1, 0, 0),
}
"""What each document of the small lab is worth, by the id in it."""


class Grader:
    """Grades the small lab's documents as a table says."""

    def __init__(self, **changes: tuple[int, ...] | Grade | Exception) -> None:
        self.grades = {**GRADES, **{name.replace("_", "-"): to for name, to in changes.items()}}
        self.graded: list[str] = []

    def __call__(
        self, lab: Lab, documents: Mapping[str, str], tell: Callable[[str], object]
    ) -> Grade:
        assert documents.keys() == lab.starts.keys()
        tell("works: photo.jpg")
        name = json.loads(documents["queue-policy"]).get("Id", "start")
        self.graded.append(name)
        grade = self.grades[name]
        if isinstance(grade, Exception):
            raise grade
        return grade if isinstance(grade, Grade) else grade_of(*grade)


def test_a_lab_that_is_what_it_says_has_no_flaw_and_every_file_was_graded(tmp_path: Path) -> None:
    grader = Grader()
    assert prove(small_lab(tmp_path), grader) == ()
    assert grader.graded == list(GRADES)


@pytest.mark.parametrize(
    ("name", "grade", "path", "what"),
    [
        ("start", (1, 1, 1), ("edit",), "the start does not fail works"),
        ("start", (1, 0, 1), ("edit",), "the start does not fail works"),
        (
            "solution",
            (1, 1, 0),
            ("edit",),
            "the solution fails nothing superfluous: It is about nothing superfluous. So.",
        ),
        ("any_bucket", (1, 1, 0), ("wrong", 0, "fails"), "any-bucket does not fail nothing else"),
        (
            "any_bucket",
            (0, 0, 0),
            ("wrong", 0, "fails"),
            "any-bucket fails works already, not nothing else: It is about works. So.",
        ),
        ("wrong_action", (1, 0, 0), ("wrong", 1, "fails"), "wrong-action does not fail works"),
        ("cheat", (1, 1, 1), ("cheat", "fails"), "cheat does not fail nothing else"),
    ],
)
def test_what_is_not_as_told_is_found(
    tmp_path: Path,
    name: str,
    grade: tuple[int, ...],
    path: tuple[str | int, ...],
    what: str,
) -> None:
    (flaw,) = prove(small_lab(tmp_path), Grader(**{name: grade}))
    assert (flaw.path, flaw.what) == (path, what)


def test_a_start_may_be_there_to_be_tightened(tmp_path: Path) -> None:
    lab = small_lab(tmp_path, text=f'start_fails = "nothing else"\n{LAB}')
    assert prove(lab, Grader(start=(1, 0, 0))) == ()
    (flaw,) = prove(lab, Grader())
    assert flaw.what == "the start fails works already, not nothing else: It is about works. So."


def test_every_part_that_a_solution_fails_is_told(tmp_path: Path) -> None:
    flaws = prove(small_lab(tmp_path), Grader(solution=(0, 0, 0)))
    assert [flaw.what.partition(":")[0] for flaw in flaws] == [
        "the solution fails works",
        "the solution fails nothing else",
        "the solution fails nothing superfluous",
    ]


def test_a_document_that_cannot_be_put_is_told(tmp_path: Path) -> None:
    text = f'{LAB}\n[[given]]\nplace = "bucket-policy:uploads"\ndocument = "start.json"\n'
    lab = small_lab(tmp_path, text=text)
    refused = (
        Refused("queue-policy", "InvalidAttributeValue", "No."),
        Refused("bucket-policy:uploads", "MalformedPolicy", "No."),
    )
    flaws = prove(lab, Grader(start=grade_of(0, 1, 1, refused=refused)))
    assert [(flaw.path, flaw.what) for flaw in flaws] == [
        (
            ("edit", 0, "start"),
            "in the start queue-policy was refused: InvalidAttributeValue: No.",
        ),
        (("given",), "in the start bucket-policy:uploads was refused: MalformedPolicy: No."),
    ]


@pytest.mark.parametrize(
    ("trouble", "what"),
    [
        (GradingError("no sandbox"), "the grading itself failed: no sandbox"),
        (RuntimeError("oh"), "the grading broke off with RuntimeError: oh"),
    ],
)
def test_a_grading_that_breaks_is_told_as_that(
    tmp_path: Path, trouble: Exception, what: str
) -> None:
    (flaw,) = prove(small_lab(tmp_path), Grader(cheat=trouble))
    assert flaw == Flaw((), what, "mend the scenario or the lab")


# -- all labs --


def test_flaws_and_remarks_stand_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_checking, "prove", None)
    folder = content(tmp_path)
    address = "https://example.com/notification-how-to.html"
    text = re.sub('https://docs[^"]*', address, LAB)
    text = text.replace('"Change C"', '"Change C, which is right, as its very length gives away"')
    add_lab(folder, "one", text.replace('"every-upload"', '"every-upload"\nspeed = 1'))
    labs, problems = check_labs(folder, runs=False)
    assert [lab.slug for lab in labs] == ["one"]
    assert [(problem.key, problem.what, str(problem.severity)) for problem in problems] == [
        (
            "references",
            f"{address} is no address of the AWS documentation",
            "error",
        ),
        ("scenario", "The scenario every-upload has no parameter 'speed'", "error"),
        ("question, options", "the right option is far longer than the others", "warning"),
    ]
    lines = (folder / "labs/one/lab.toml").read_text("utf-8").splitlines()
    places = [lines[(problem.line or 0) - 1].split(" ")[0] for problem in problems]
    assert places == ["references", "[scenario]", "options"]


def _labs(folder: Path, *slugs: str) -> tuple[Lab, ...]:
    content(folder)
    for slug in slugs:
        add_lab(folder, slug)
    return read_labs(folder)[0]


def test_each_lab_is_told_when_it_is_done(tmp_path: Path) -> None:
    told: list[str] = []
    labs = _labs(tmp_path, "a", "b")
    done = list(proofs(labs, tell=told.append, jobs=1, work=lambda _: ()))
    assert done == [(lab, ()) for lab in labs]
    assert told == ["lab 1 of 2: a", "lab 2 of 2: b"]


def _work(lab: Lab) -> tuple[Flaw, ...]:
    """Work as another process would, or break off."""
    if lab.slug == "b":
        raise RuntimeError("no sandbox here")
    return (Flaw(("title",), f"{lab.slug} was proved", "well"),)


def test_labs_are_proved_side_by_side_and_a_broken_process_stops_no_other(tmp_path: Path) -> None:
    labs = _labs(tmp_path, "a", "b", "c")
    done = {lab.slug: flaws[0].what for lab, flaws in proofs(labs, jobs=2, work=_work)}
    assert done == {
        "a": "a was proved",
        "b": "its process broke off with RuntimeError: no sandbox here",
        "c": "c was proved",
    }


@pytest.mark.parametrize(("key", "is_told"), [(0, True), (None, False)])
def test_keys_that_stand_in_one_place_are_told(
    tmp_path: Path, key: int | None, *, is_told: bool
) -> None:
    folder = content(tmp_path)
    for number in range(20):
        place = number % 4 if key is None else key
        add_lab(folder, f"lab-{number}", LAB.replace("key = 2", f"key = {place}"))
    _, problems = check_labs(folder, runs=False)
    told = "the right options stand in places 1 to 4 20, 0, 0, 0 times; spread them evenly."
    assert [problem.message for problem in problems] == is_told * [told]
