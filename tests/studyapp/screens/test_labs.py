"""Labs by keyboard alone: failed, hinted, passed, mastered; and what may go wrong meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events

from pipeline.grading import grade as grading
from pipeline.grading.values import GradingError
from studyapp.app import StudyApp
from studyapp.screens.home import HomeScreen
from studyapp.screens.lab import LabScreen
from studyapp.screens.labs import LabsScreen
from studyapp.study.given import utc_now
from studyapp.study.lab_loading import read_labs
from studyapp.study.lab_progress import LabRecord, LabState
from studyapp.study.lab_store import LabStore
from studyapp.study.labs import Lab, lab_named
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.widgets.policy_area import MOST_CHARACTERS

NARROW, WIDE = (80, 24), (120, 40)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
PATIENCE = 20.0
SLUG = "role-cannot-delete"
SEVERAL = "spike-and-throttles"


@pytest.fixture(scope="module")
def labs() -> tuple[Lab, ...]:
    return read_labs()[0]


@pytest.fixture
def lab(labs: tuple[Lab, ...]) -> Lab:
    return lab_named(labs, SLUG)


def _screen(seeing: Any) -> LabScreen:
    screen = seeing.pilot.app.screen
    assert isinstance(screen, LabScreen)
    return screen


def _record(directory: Path, slug: str = SLUG) -> LabRecord:
    store = ProgressStore.open(progress_file(directory), utc_now())
    try:
        return LabStore(store).record(slug)
    finally:
        store.close()


async def _answer(seeing: Any, number: int = 1) -> None:
    """Answer the lab's question, which comes first."""
    await seeing.sees("which change mends this?")
    await seeing.press(str(number), "enter")
    await seeing.sees("apply it as it stands")


async def _write(seeing: Any, text: str) -> None:
    """Write a text in the place of the document that is shown."""
    editor = _screen(seeing).editor
    if not editor.is_edited:
        await seeing.press("e")
    await seeing.press("f7")
    seeing.pilot.app.post_message(events.Paste(text))
    await seeing.until(lambda: editor.text == text)


async def _graded(seeing: Any, verdict: str) -> None:
    await seeing.press("ctrl+s")
    await seeing.sees(verdict)


def _with_excess(text: str) -> str:
    document = json.loads(text)
    more = {"Sid": "More", "Effect": "Allow", "Action": "s3:GetObjectTagging", "Resource": "*"}
    document["Statement"].append(more)
    return json.dumps(document, indent=2)


@SIZES
async def test_a_lab_is_failed_hinted_passed_and_mastered(
    look_at: Any, data_directory: Path, lab: Lab, size: Any
) -> None:
    solution = next(iter(lab.solutions.values()))
    async with look_at(StudyApp(lab=SLUG), size) as seeing:
        await _answer(seeing, lab.question.key + 1)
        await _graded(seeing, "✗ failed")
        await seeing.sees("works ✗", "see why it was denied")
        await seeing.press("w")
        await seeing.sees("sqs:DeleteMessage", "denied")
        await seeing.press("p")
        await seeing.sees("RequestDenied", "2✗")
        await seeing.press("h")
        await seeing.sees("Hint 1 of 3")
        assert "Hint 2 of 3" not in seeing.text
        await _write(seeing, _with_excess(solution))
        await seeing.press("escape")
        await _graded(seeing, "take out what is superfluous")
        await seeing.sees("✓ passed", "tight ✗")
        assert any("To master it" in line for line in _grade(seeing))
        await _write(seeing, solution)
        await seeing.press("escape")
        await _graded(seeing, "★ mastered")
        assert any("right, your choice" in line for line in _grade(seeing))
    record = _record(data_directory)
    assert [attempt.state for attempt in record.attempts] == [
        LabState.FAILED,
        LabState.PASSED,
        LabState.MASTERED,
    ]
    assert (record.chosen, record.hints) == (lab.question.key, 1)


def _grade(seeing: Any) -> list[str]:
    """Return the lines of the grade, also those that are scrolled away."""
    page = _screen(seeing).views.grade
    return [line.plain for line in page._lines(60)]


async def test_the_question_is_asked_once_and_its_key_is_told_when_it_is_solved(
    look_at: Any, data_directory: Path
) -> None:
    async with look_at(StudyApp(lab=SLUG)) as seeing:
        await seeing.sees("which change mends this?")
        await seeing.press("enter")
        await seeing.sees("which change mends this?")
        await seeing.press("escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HomeScreen))
    assert _record(data_directory).chosen is None
    async with look_at(StudyApp(lab=SLUG)) as seeing:
        await _answer(seeing, 4)
        await _graded(seeing, "✗ failed")
        lines = _grade(seeing)
        assert any("you chose" in line for line in lines)
        assert not any("right" in line and "✓" in line for line in lines)
    async with look_at(StudyApp(lab=SLUG)) as seeing:
        await seeing.sees("apply it as it stands", "failed · graded 1 time")
    assert _record(data_directory).chosen == 3


async def test_malformed_json_is_marked_and_refused_in_its_services_words(look_at: Any) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, '{"Version": ')
        await seeing.sees("✗ line 1", "not JSON", "modified")
        await seeing.press("ctrl+l")
        await seeing.sees("It is not JSON")
        await seeing.press("escape")
        await _graded(seeing, "MalformedPolicyDocument")
        await seeing.sees("A document was refused", "works ✗")


async def test_a_misspelt_action_is_marked_where_it_stands(look_at: Any, lab: Lab) -> None:
    text = next(iter(lab.solutions.values())).replace("sqs:DeleteMessage", "sqs:DeleteMesage")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "DeleteMesage" in row)
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, text)
        await seeing.sees(f"line {line}", "sqs:DeleteMessage")


async def test_a_paste_of_a_megabyte_is_refused_and_nothing_is_lost(look_at: Any) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.press("e")
        before = _screen(seeing).editor.text
        seeing.pilot.app.post_message(events.Paste("x" * 1_000_000))
        await seeing.sees("Nothing was pasted")
        assert _screen(seeing).editor.text == before


async def test_what_is_typed_can_be_formatted_undone_and_compared_with_the_start(
    look_at: Any, lab: Lab
) -> None:
    compact = json.dumps(json.loads(next(iter(lab.solutions.values()))))
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, compact)
        await seeing.press("ctrl+l")
        editor = _screen(seeing).editor
        await seeing.until(lambda: editor.text == json.dumps(json.loads(compact), indent=2))
        await seeing.press("ctrl+z")
        await seeing.until(lambda: editor.text == compact)
        await seeing.press("ctrl+y", "ctrl+g")
        await seeing.sees("changes since the start", '+        "sqs:DeleteMessage"')
        await seeing.press("escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, LabScreen))


async def test_the_solution_is_shown_when_it_is_asked_for_twice(look_at: Any, lab: Lab) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.press("x")
        await seeing.sees("ask for it once")
        await seeing.press("x")
        await seeing.sees("solution", "From yours to it")
        await seeing.press("y")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, LabScreen))
        assert _screen(seeing).editor.texts == lab.solutions


async def test_several_documents_are_edited_in_turn_and_kept(
    look_at: Any, labs: tuple[Lab, ...]
) -> None:
    several = lab_named(labs, SEVERAL)
    first, second = several.edits
    async with look_at(StudyApp(lab=SEVERAL), WIDE) as seeing:
        await _answer(seeing)
        await seeing.sees(f"1 {first.place}", f"2 {second.place}")
        await seeing.press("e", "ctrl+n")
        editor = _screen(seeing).editor
        assert editor.place == second.place
        await seeing.press("space")
        await seeing.until(lambda: editor.text == " " + second.start)
        await seeing.until(lambda: not _screen(seeing).is_unkept)
    async with look_at(StudyApp(lab=SEVERAL), WIDE) as seeing:
        await seeing.sees("Goal")
        assert _screen(seeing).editor.texts == {
            first.place: first.start,
            second.place: " " + second.start,
        }


# -- the learner's own editor --


@contextmanager
def _lent(*_: object) -> Iterator[None]:
    yield


def _with_editor(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let EDITOR be a script of the shell, whose first argument is the file."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"sh -c '{script}' sh")
    monkeypatch.setattr(StudyApp, "suspend", _lent)


async def test_what_another_editor_wrote_is_in_the_document(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_editor(monkeypatch, 'echo "{}" > "$1"')
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.press("ctrl+o")
        await seeing.until(lambda: _screen(seeing).editor.text == "{}\n")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 3", "status 3"),
        (': > "$1"', "is empty"),
        ('rm "$1"', "cannot be read"),
        (f'head -c {MOST_CHARACTERS + 1} /dev/zero | tr "\\0" x > "$1"', "no service takes"),
        ('printf "\\377" > "$1"', "not UTF-8"),
    ],
)
async def test_an_editor_that_fails_is_told_of_and_loses_nothing(
    look_at: Any, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    _with_editor(monkeypatch, script)
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, '{"mine": 1}')
        await seeing.press("ctrl+o")
        await seeing.sees(words)
        assert _screen(seeing).editor.text == '{"mine": 1}'


async def test_without_an_editor_the_document_is_edited_here(
    look_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.press("ctrl+o")
        await seeing.sees("No editor can be opened from here")
        monkeypatch.setattr(StudyApp, "suspend", _lent)
        await seeing.press("ctrl+o")
        await seeing.sees("EDITOR names no editor")


# -- in the middle --


class Held:
    """A grading that stands in the middle of its run until it may go on."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_go_on = threading.Event()

    def hold(self, *given: Any) -> Any:
        """Stand in the middle, the first time; then grade."""
        if not self.has_begun.is_set():
            self.has_begun.set()
            assert self.may_go_on.wait(PATIENCE)
            _, _, tell, *_ = given
            tell("works: what nobody waits for any more")
        return self.grade(*given)

    grade = staticmethod(grading.grade)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr(grading, "grade", held.hold)
    return held


async def test_a_lab_that_is_closed_in_the_middle_of_a_run_stops_it(
    look_at: Any, data_directory: Path, held: Held
) -> None:
    async with look_at(StudyApp(lab=SLUG)) as seeing:
        await _answer(seeing)
        screen = _screen(seeing)
        await seeing.press("ctrl+s")
        await seeing.until(held.has_begun.is_set)
        await seeing.press("escape")
        held.may_go_on.set()
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HomeScreen))
        await seeing.until(lambda: not screen.thread.is_alive())
    assert _record(data_directory).attempts == ()


async def test_a_reset_in_the_middle_begins_anew_at_once(
    look_at: Any, data_directory: Path, lab: Lab, held: Held
) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, "{}")
        await seeing.press("ctrl+s")
        await seeing.until(held.has_begun.is_set)
        await seeing.press("ctrl+r")
        screen = _screen(seeing)
        assert screen.editor.texts == lab.starts
        assert not screen.play.is_grading
        held.may_go_on.set()
        await _graded(seeing, "✗ failed")
    assert len(_record(data_directory).attempts) == 1


async def test_a_terminal_that_is_resized_in_the_middle_shows_what_comes_of_it(
    look_at: Any,
) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.press("ctrl+s")
        await seeing.pilot.resize_terminal(*NARROW)
        await seeing.sees("✗ failed")
        await seeing.pilot.resize_terminal(50, 12)
        await seeing.sees("60")
        await seeing.pilot.resize_terminal(*WIDE)
        await seeing.sees("✗ failed", "execution-role-policy")


async def test_a_grading_that_breaks_says_so_and_never_that_it_is_wrong(
    look_at: Any, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = grading.grade, []

    def break_once(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise GradingError("a screw is loose")
        return real(*given)

    monkeypatch.setattr(grading, "grade", break_once)
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await _graded(seeing, "the grading itself failed")
        await seeing.sees("a screw is loose", "works ·", "try again")
        assert _record(data_directory).attempts == ()
        await _graded(seeing, "✗ failed")


async def test_a_policy_that_locks_the_learner_out_is_failed_and_can_be_taken_back(
    look_at: Any, labs: tuple[Lab, ...]
) -> None:
    locked = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    (edit,) = lab_named(labs, "scp-above-it-all").edits
    async with look_at(StudyApp(lab="scp-above-it-all"), WIDE) as seeing:
        await _answer(seeing)
        await _write(seeing, json.dumps(locked))
        await seeing.press("escape")
        await _graded(seeing, "✗ failed")
        await seeing.press("ctrl+r")
        await seeing.until(lambda: _screen(seeing).editor.text == edit.start)
        await _write(seeing, edit.solution)
        await seeing.press("escape")
        await _graded(seeing, "★ mastered")


# -- from lab to lab --


@SIZES
async def test_the_labs_are_listed_filtered_and_the_next_one_is_named(
    look_at: Any, labs: tuple[Lab, ...], size: Any
) -> None:
    async with look_at(StudyApp(), size) as seeing:
        await seeing.sees(f"0 of {len(labs)} passed")
        await seeing.press("l")
        await seeing.sees("· new", f"▸ Next  {labs[0].title}")
        await seeing.press("slash", *"dead", "space", *"x")
        await seeing.sees("nothing has every word")
        await seeing.press("escape", "escape")
        await seeing.press("n")
        await seeing.sees(f"Lab   {labs[0].title}")
        await seeing.press("escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, LabsScreen))
        await seeing.press("escape")
        await seeing.until(lambda: isinstance(seeing.pilot.app.screen, HomeScreen))


async def test_after_a_lab_come_questions_on_it_and_the_next_lab(
    look_at: Any, data_directory: Path, labs: tuple[Lab, ...], lab: Lab
) -> None:
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        assert "next lab" not in seeing.text
        await _write(seeing, next(iter(lab.solutions.values())))
        await seeing.press("escape")
        await _graded(seeing, "★ mastered")
        await seeing.press("m")
        await seeing.sees("1 of ")
        await seeing.press("escape")
        await seeing.sees("★ mastered")
        await seeing.press("n")
        await seeing.sees("which change mends this?")
        following = [each for each in labs if each.slug != SLUG]
        assert any(each.title in seeing.text for each in following)
    assert _record(data_directory).state is LabState.MASTERED


async def test_documents_that_were_damaged_on_the_disk_are_shown_as_at_the_start(
    look_at: Any, data_directory: Path, lab: Lab
) -> None:
    (edit,) = lab.edits
    folder = data_directory / "labs" / SLUG
    folder.mkdir(parents=True)
    (folder / edit.file_name).write_bytes(b"\xff")
    async with look_at(StudyApp(lab=SLUG), WIDE) as seeing:
        await _answer(seeing)
        await seeing.until(lambda: len(seeing.pilot.app._notifications) > 0)
        (told,) = seeing.pilot.app._notifications
        assert told.message.endswith("It is shown as at the start.")
        texts: Mapping[str, str] = _screen(seeing).editor.texts
        assert texts == lab.starts
    assert (folder / edit.file_name).read_bytes() == b"\xff"
