"""A file that is damaged, newer, read-only, full or held: a sentence, and nothing lost."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studyapp.study import store_file
from studyapp.study.progress import ProgressStore, progress_file
from studyapp.study.store_errors import (
    StoreBusyError,
    StoreError,
    StoreFullError,
    as_store_error,
)
from tests.studyapp.study.kept import answered, opened
from tests.studyapp.study.small_course import NOON, question, sitting

ONE, TWO = question("buffer/one"), question("buffer/two")
QUESTIONS = (ONE, TWO)
MEMORY_ONLY = "What you answer now is kept only until the app is closed."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file in which one question is answered, closed."""
    store = opened(tmp_path)
    answered(store, sitting(QUESTIONS), ONE)
    store.close()
    return progress_file(tmp_path)


@pytest.fixture
def open_store() -> Iterator[Callable[[Path], ProgressStore]]:
    """Open stores that are closed after the test."""
    stores: list[ProgressStore] = []

    def open_one(path: Path) -> ProgressStore:
        stores.append(ProgressStore.open(path, NOON))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


def _is_usable(store: ProgressStore) -> bool:
    """Tell whether a question can be answered and is then known."""
    answered(store, sitting(QUESTIONS, sitting_id="later"), TWO)
    return TWO.id in store.memories()


# -- damaged --


def _scribble(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(reversed(range(256))) * 16 + data[middle + 4096 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"this is no database" * len(data),
        lambda data: data[: len(data) // 2],
        lambda data: b"\0" * 100 + data[100:],
        _scribble,
    ],
    ids=["another file", "half of it", "a lost header", "scribbled over"],
)
def test_a_damaged_file_is_kept_under_another_name_and_a_new_one_begun(
    path: Path, open_store: Callable[[Path], ProgressStore], damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    store = open_store(path)
    aside = path.with_name("progress-damaged-20261125-120000.sqlite")
    assert aside.read_bytes() == damaged
    assert store.notice == (
        f"{path} was damaged. It is kept as {aside.name}, and progress begins anew."
    )
    assert store.is_lasting
    assert store.answers() == ()
    assert _is_usable(store)


def test_a_second_damaged_file_does_not_replace_the_first(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    path = progress_file(tmp_path)
    for content in (b"one" * 999, b"two" * 999, b"three" * 999):
        path.write_bytes(content)
        open_store(path).close()
    kept = {file.name: file.read_bytes()[:5] for file in tmp_path.glob("*-damaged-*")}
    assert kept == {
        "progress-damaged-20261125-120000.sqlite": b"oneon",
        "progress-damaged-20261125-120000-2.sqlite": b"twotw",
        "progress-damaged-20261125-120000-3.sqlite": b"three",
    }


def test_what_stands_beside_a_damaged_file_is_kept_with_it(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    path = progress_file(tmp_path)
    path.write_bytes(b"this is no database" * 99)
    path.with_name(f"{path.name}-wal").write_bytes(b"what was written last")
    open_store(path)
    (kept,) = tmp_path.glob("*-damaged-*-wal")
    assert kept.read_bytes() == b"what was written last"


def test_a_damaged_file_that_cannot_be_moved_stays_and_leaves_the_quiz_usable(
    tmp_path: Path,
    open_store: Callable[[Path], ProgressStore],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rename(path: Path, to: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path), None, str(to))

    path = progress_file(tmp_path)
    path.write_bytes(b"this is no database" * 99)
    monkeypatch.setattr(Path, "rename", rename)
    store = open_store(path)
    assert store.notice.startswith(f"{path} is damaged and cannot be set aside: [Errno 13]")
    assert store.notice.endswith(MEMORY_ONLY)
    assert _is_usable(store)
    assert path.read_bytes() == b"this is no database" * 99


def test_an_empty_file_is_a_new_one(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    progress_file(tmp_path).touch()
    store = open_store(progress_file(tmp_path))
    assert (store.notice, store.is_lasting) == ("", True)
    assert _is_usable(store)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE answer SET answered_at = 'yesterday'",
        "UPDATE answer SET chosen = '5'",
        "UPDATE answer SET shown = 'null'",
    ],
)
def test_an_answer_that_cannot_be_read_is_passed_over(
    path: Path, open_store: Callable[[Path], ProgressStore], change: str
) -> None:
    store = open_store(path)
    store._connection.execute(change)
    assert store.answers() == ()
    assert [entry.answers for entry in store.unfinished()] == [{}]


@pytest.mark.parametrize("card", ["5", "null", "[]", "{}", '{"stability": 1.0}'])
def test_what_is_remembered_that_cannot_be_read_is_passed_over(
    path: Path, open_store: Callable[[Path], ProgressStore], card: str
) -> None:
    store = open_store(path)
    store._connection.execute("UPDATE memory SET card = ?", (card,))
    assert store.memories() == {}
    assert store.memory(ONE.id) is None


@pytest.mark.parametrize("state", ["5", "null", "[]", "{}", '{"questions": {"a": 1}}'])
def test_a_sitting_that_cannot_be_read_is_passed_over(
    path: Path, open_store: Callable[[Path], ProgressStore], state: str
) -> None:
    store = open_store(path)
    store._connection.execute("UPDATE sitting SET state = ?", (state,))
    assert store.unfinished() == ()


# -- newer, read-only, no place for it --


def test_a_file_of_a_newer_version_is_left_as_it_is(
    path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    store = open_store(path)
    assert store.notice == (
        f"{path} was written by a newer studyapp and is left as it is. {MEMORY_ONLY}"
    )
    assert not store.is_lasting
    assert _is_usable(store)
    assert path.read_bytes() == before


@pytest.mark.parametrize("directory", ["writable", "read-only"])
def test_a_file_that_cannot_be_written_is_shown_and_added_to_in_memory(
    directory: str,
    path: Path,
    open_store: Callable[[Path], ProgressStore],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect = store_file.connected

    def connected(path: str | Path, *, is_uri: bool = False) -> sqlite3.Connection:
        if is_uri and directory == "read-only" and "immutable" not in str(path):
            raise sqlite3.OperationalError("unable to open database file")
        if isinstance(path, Path):
            return connect(f"{path.absolute().as_uri()}?mode=ro", is_uri=True)
        return connect(path, is_uri=is_uri)

    monkeypatch.setattr(store_file, "connected", connected)
    store = open_store(path)
    assert store.notice == f"{path} cannot be written: make it writable, then go on. {MEMORY_ONLY}"
    assert not store.is_lasting
    assert store.memories().keys() == {ONE.id}
    assert _is_usable(store)


def test_a_directory_in_the_place_of_the_file_leaves_the_quiz_usable(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    path = progress_file(tmp_path)
    path.mkdir()
    store = open_store(path)
    assert store.notice == f"{path} cannot be written: make it writable, then go on. {MEMORY_ONLY}"
    assert _is_usable(store)


def test_a_place_where_no_directory_can_be_made_leaves_the_quiz_usable(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    (tmp_path / "file").touch()
    store = open_store(progress_file(tmp_path / "file" / "data"))
    assert store.notice == (
        f"{tmp_path / 'file' / 'data'} cannot be made: Not a directory. {MEMORY_ONLY}"
    )
    assert _is_usable(store)


# -- full --


def test_a_full_disk_keeps_an_answer_whole_or_not_at_all(
    path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    store = open_store(path)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    asked = tuple(question(f"buffer/{'long' * 400}-{n}") for n in range(20))
    state = sitting(asked, sitting_id="later")
    sentence = ""
    for entry in asked:
        try:
            state = answered(store, state, entry)
        except StoreFullError as error:
            sentence = str(error)
            break
    assert sentence == f"The disk of {path} is full: make room, then go on."
    kept = len(state.answers)
    assert len(store.answers()) == len(store.memories()) == 1 + kept

    store._connection.execute("PRAGMA max_page_count = 100000")
    answered(store, state, asked[kept])
    assert len(store.answers()) == 2 + kept


# -- held by another copy --


@pytest.fixture
def another_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Another copy of the app, in the middle of writing."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM setting")
    yield connection
    connection.close()


def test_a_file_opens_and_is_read_while_another_copy_writes(
    path: Path,
    open_store: Callable[[Path], ProgressStore],
    another_copy: sqlite3.Connection,
) -> None:
    store = open_store(path)
    assert (store.notice, store.is_lasting) == ("", True)
    assert store.memories().keys() == {ONE.id}
    another_copy.execute("ROLLBACK")
    assert _is_usable(store)


def test_a_file_held_for_too_long_is_told_and_can_be_tried_again(
    path: Path,
    open_store: Callable[[Path], ProgressStore],
    another_copy: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store_file, "BUSY_SECONDS", 0.01)
    store = open_store(path)
    with pytest.raises(StoreBusyError) as caught:
        answered(store, sitting(QUESTIONS, sitting_id="later"), TWO)
    assert str(caught.value) == (
        f"{path} is held by another copy of studyapp. Close that, or try again."
    )
    assert store.memories().keys() == {ONE.id}
    another_copy.execute("ROLLBACK")
    assert _is_usable(store)


def test_a_file_that_nobody_else_may_open_is_left_and_the_quiz_usable(
    path: Path, open_store: Callable[[Path], ProgressStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "BUSY_SECONDS", 0.01)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("DELETE FROM setting")
    store = open_store(path)
    assert store.notice == (
        f"{path} is held by another copy of studyapp. Close that, or try again. {MEMORY_ONLY}"
    )
    assert _is_usable(store)
    holder.close()
    assert open_store(path).memories().keys() == {ONE.id}


def test_copies_that_open_a_new_file_at_once_all_keep_what_is_answered(
    tmp_path: Path, open_store: Callable[[Path], ProgressStore]
) -> None:
    at_once = threading.Barrier(4)

    def open_with_others(path: Path) -> ProgressStore:
        at_once.wait()
        return open_store(path)

    with ThreadPoolExecutor(4) as copies:
        for n in range(25):
            path = progress_file(tmp_path / str(n))
            stores = list(copies.map(open_with_others, [path] * 4))
            assert [store.notice for store in stores] == [""] * 4


# -- sentences --


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("SQLITE_BUSY", "a is held by another copy of studyapp. Close that, or try again."),
        (
            "SQLITE_BUSY_SNAPSHOT",
            "a is held by another copy of studyapp. Close that, or try again.",
        ),
        ("SQLITE_LOCKED", "a is held by another copy of studyapp. Close that, or try again."),
        ("SQLITE_FULL", "The disk of a is full: make room, then go on."),
        ("SQLITE_READONLY_DBMOVED", "a cannot be written: make it writable, then go on."),
        ("SQLITE_IOERR_WRITE", "a cannot be written: make it writable, then go on."),
        ("SQLITE_CORRUPT", "a is damaged: start studyapp again, which sets it aside."),
        ("SQLITE_ERROR", "a could not be used (odd). studyapp doctor says where it is."),
        (None, "a could not be used (odd). studyapp doctor says where it is."),
    ],
)
def test_every_trouble_is_one_sentence(name: str | None, sentence: str) -> None:
    error = sqlite3.OperationalError("odd")
    if name is not None:
        error.sqlite_errorname = name
    assert str(as_store_error(error, Path("a"))) == sentence


@pytest.mark.parametrize("kind", [StoreBusyError, StoreFullError])
def test_every_trouble_can_be_caught_as_one(kind: type[Exception]) -> None:
    assert issubclass(kind, StoreError)


def test_a_store_that_is_closed_says_that_it_cannot_be_used(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="could not be used"):
        store.due(NOON + dt.timedelta(days=1))
