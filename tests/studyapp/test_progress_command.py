"""What ``studyapp progress`` prints, writes, takes in and forgets, and how it ends."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from studyapp.progress_command import progress
from studyapp.study import store_file
from studyapp.study.answers import Confidence
from studyapp.study.archive import VERSION
from studyapp.study.loading import load_course
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.result import coverage
from tests.studyapp.study.kept import answered
from tests.studyapp.study.small_course import question, sitting

NOW = dt.datetime.now(dt.UTC)
FIRST, SECOND = load_course().questions[:2]


def _run(*arguments: str | Path, typed: str | bytes | None = None) -> Result:
    """Run the command as the command line does, which uses what it returns as exit status."""
    texts = list(map(str, arguments))
    return CliRunner().invoke(progress, texts, input=typed, standalone_mode=False)


@pytest.fixture
def store(data_directory: Path) -> Iterator[ProgressStore]:
    """The learner's store, in which two questions are answered, one of them wrong."""
    store = ProgressStore.open(progress_file(data_directory), NOW)
    state = sitting([FIRST, SECOND])
    state = answered(store, state, FIRST, min(FIRST.key), NOW)
    wrong = min(set(range(len(SECOND.options))) - SECOND.key)
    answered(store, state, SECOND, wrong, NOW)
    yield store
    store.close()


def test_without_progress_it_says_so_and_what_it_is_about() -> None:
    result = _run()
    course = load_course()
    first, *_, last = result.output.splitlines()
    assert first == (
        f"Known: 0 of {len(course.questions)} questions (0%) · due today: 0 · answers: 0 on 0 days"
    )
    assert last == coverage(course)
    assert result.output.count("not asked yet") == len(course.domains)


def test_it_tells_what_is_known(store: ProgressStore) -> None:
    store.set_exam_date(dt.date(2026, 1, 1), NOW)
    lines = _run().output.splitlines()
    assert lines[0].startswith("Known: ")
    assert lines[0].endswith("answers: 2 on 1 day")
    assert "Exam: 2026-01-01" in lines


def test_it_tells_what_was_remembered_and_how_sure_one_was(store: ProgressStore) -> None:
    state = sitting([FIRST, SECOND], sitting_id="later").be(Confidence.SURE)
    answered(store, state, FIRST, min(FIRST.key), NOW)
    lines = _run().output.splitlines()
    assert "Of what came again, 100% was remembered." in lines
    assert "When sure: 1 of 1 right" in lines


@pytest.mark.parametrize(
    ("days", "words"), [(0, "(today)"), (1, "(tomorrow)"), (23, "(in 23 days)")]
)
def test_it_counts_the_days_to_the_exam(store: ProgressStore, days: int, words: str) -> None:
    day = NOW.astimezone().date() + dt.timedelta(days=days)
    store.set_exam_date(day, NOW)
    assert f"Exam: {day} {words}" in _run().output.splitlines()


def test_as_json_it_is_one_document(store: ProgressStore) -> None:
    store.set_exam_date(dt.date(2027, 1, 15), NOW)
    document = json.loads(_run("--json").output)
    assert document["questions"] == len(load_course().questions)
    assert document["weak"] == [SECOND.id]
    assert document["exam_date"] == "2027-01-15"
    assert sum(share["asked"] for share in document["domains"]) == 2
    assert list(document["days"].values()) == [2]


# -- export and import --


def test_what_is_exported_can_be_imported_elsewhere(
    store: ProgressStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.json"
    assert _run("export", file).output == f"2 answers of 1 sitting were written to {file}.\n"
    monkeypatch.setenv("STUDYAPP_DATA_DIR", str(tmp_path / "elsewhere"))
    assert _run("import", file).output == (
        "2 answers of 1 sitting were added; 0 were here already.\n"
    )
    assert _run("import", file).output == (
        "0 answers of 0 sittings were added; 2 were here already.\n"
    )
    with_it = ProgressStore.open(progress_file(tmp_path / "elsewhere"), NOW)
    assert with_it.answers() == store.answers()
    with_it.close()


@pytest.mark.usefixtures("store")
def test_a_dash_is_standard_output_and_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = _run("export", "-").output
    monkeypatch.setenv("STUDYAPP_DATA_DIR", str(tmp_path / "elsewhere"))
    assert _run("import", "-", typed=exported).output.startswith("2 answers of 1 sitting")


@pytest.mark.usefixtures("store")
def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("precious")
    result = _run("export", file)
    assert (file.read_text(), result.return_value) == ("precious", 1)
    assert result.stderr == f"{file} exists already; --force replaces it.\n"
    assert _run("export", "--force", file).output.startswith("2 answers")
    assert json.loads(file.read_text())["version"] == VERSION
    assert list(tmp_path.glob("*.new")) == []


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "mine.json"
    result = _run("export", file)
    assert result.return_value == 1
    assert result.stderr == f"{file} cannot be written: No such file or directory.\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = _run("import", tmp_path / "none.json")
    assert result.return_value == 1
    assert result.stderr == f"{tmp_path / 'none.json'} cannot be read: No such file or directory.\n"


def test_a_foreign_file_changes_nothing(store: ProgressStore, tmp_path: Path) -> None:
    file = tmp_path / "deck.json"
    file.write_text('{"cards": []}')
    before = store.answers()
    result = _run("import", file)
    assert result.return_value == 1
    assert result.stderr == (
        f"{file} cannot be imported: it is no progress exported by studyapp. Nothing was changed.\n"
    )
    assert store.answers() == before


def test_answers_to_questions_that_are_unknown_here_are_kept_and_told(
    store: ProgressStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question("later/not-written-yet")
    answered(store, sitting([asked], sitting_id="later"), asked, 0, NOW)
    file = tmp_path / "mine.json"
    _run("export", file)
    monkeypatch.setenv("STUDYAPP_DATA_DIR", str(tmp_path / "elsewhere"))
    assert _run("import", file).output.splitlines()[1] == (
        "1 question of them this version does not have; those answers are kept, and count when "
        "it has."
    )


def test_nothing_is_imported_where_it_would_not_last(
    store: ProgressStore, tmp_path: Path, data_directory: Path
) -> None:
    file = tmp_path / "mine.json"
    _run("export", file)
    store._connection.execute("PRAGMA user_version = 99")
    result = _run("import", file)
    assert result.return_value == 1
    assert result.stderr == (
        f"{progress_file(data_directory)} was written by a newer studyapp and is left as it is. "
        "What you answer now is kept only until the app is closed.\nNothing was imported.\n"
    )


@pytest.fixture
def _another_copy_writes(store: ProgressStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(store_file, "BUSY_SECONDS", 0.01)
    store._connection.execute("BEGIN IMMEDIATE")
    yield
    store._connection.execute("ROLLBACK")


@pytest.mark.usefixtures("_another_copy_writes")
def test_nothing_changes_while_another_copy_writes(
    store: ProgressStore, tmp_path: Path, data_directory: Path
) -> None:
    file = tmp_path / "mine.json"
    _run("export", file)
    held = f"{progress_file(data_directory)} is held by another copy of studyapp. Close that, or"
    imported, forgotten = _run("import", file), _run("reset", "--yes")
    assert imported.stderr == f"{held} try again. Nothing was changed.\n"
    assert forgotten.stderr == f"{held} try again. Nothing was forgotten.\n"
    assert (imported.return_value, forgotten.return_value) == (1, 1)
    assert len(store.answers()) == 2


def test_nothing_is_forgotten_of_a_file_that_is_not_understood(store: ProgressStore) -> None:
    store._connection.execute("PRAGMA user_version = 99")
    result = _run("reset", "--yes")
    assert result.return_value == 1
    assert result.stderr.endswith("Nothing was forgotten.\n")
    assert len(store.answers()) == 2


def test_a_store_that_cannot_be_read_is_told(store: ProgressStore, tmp_path: Path) -> None:
    store._connection.execute("DROP TABLE answer")
    for arguments in ([], ["export", str(tmp_path / "mine.json")]):
        result = _run(*arguments)
        assert result.return_value == 1
        assert "could not be used (no such table: answer)" in result.stderr


# -- reset --


def test_a_reset_asks_first(store: ProgressStore) -> None:
    result = _run("reset", typed="n\n")
    assert "Forget 2 answers for good, and what was done in labs and chapters?" in result.stderr
    assert "studyapp progress export FILE" in result.stderr
    assert isinstance(result.exception, click.Abort)
    assert len(store.answers()) == 2


def test_a_reset_that_nobody_can_confirm_forgets_nothing(store: ProgressStore) -> None:
    assert isinstance(_run("reset", typed="").exception, click.Abort)
    assert len(store.answers()) == 2


@pytest.mark.parametrize(("arguments", "typed"), [(["reset"], "y\n"), (["reset", "--yes"], None)])
def test_a_confirmed_reset_forgets_answers_and_keeps_settings(
    store: ProgressStore, arguments: list[str], typed: str | None
) -> None:
    store.set_exam_date(dt.date(2027, 1, 15), NOW)
    result = _run(*arguments, typed=typed)
    assert result.stdout == "2 answers were forgotten.\n"
    assert (store.answers(), store.memories()) == ((), {})
    assert store.exam_date() == dt.date(2027, 1, 15)
