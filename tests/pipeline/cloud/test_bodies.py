"""Objects' bytes: in files that are open only while they are read, and that go."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cloud.bodies import PREFIX, SMALL, Bodies, drop_bodies, keep_body

LARGE = b"x" * (SMALL + 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's temporary folder, empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


@given(st.lists(st.sampled_from([b"", b"a", b"b" * SMALL, LARGE, b"c" * 2 * SMALL])))
def test_what_was_kept_comes_back(kept: list[bytes]) -> None:
    bodies = Bodies()
    try:
        found = [bodies.keep(data) for data in kept]
        assert [body.value() for body in found] == kept
        assert [body.value() for body in found] == kept
    finally:
        bodies.close()


def test_only_large_bodies_have_a_file_each(place: Path) -> None:
    bodies = Bodies()
    small = bodies.keep(bytes(SMALL))
    assert list(place.iterdir()) == []

    large = [bodies.keep(LARGE) for _ in range(3)]
    assert len(files(place)) == 3
    large[0].close()
    large[0].close()
    assert len(files(place)) == 2
    bodies.close()
    assert list(place.iterdir()) == []
    assert small.value() == bytes(SMALL)


@pytest.mark.parametrize("data", [b"small", LARGE])
def test_a_closed_body_is_read_as_a_closed_file(data: bytes) -> None:
    bodies = Bodies()
    body = bodies.keep(data)
    body.close()

    with pytest.raises(ValueError, match="closed file"):
        body.value()
    bodies.close()


def test_a_body_without_room_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = Bodies()
    kept = bodies.keep(LARGE)

    def no_room(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device", len(data))

    monkeypatch.setattr(Path, "write_bytes", no_room)
    with pytest.raises(OSError, match="No space left"):
        bodies.keep(LARGE)
    assert len(files(place)) == 1
    assert kept.value() == LARGE
    bodies.close()


def test_what_one_account_drops_is_no_others(place: Path) -> None:
    kept, gone = keep_body("111111111111", LARGE), keep_body("222222222222", LARGE)
    drop_bodies("222222222222")
    drop_bodies("222222222222")

    assert kept.value() == LARGE
    with pytest.raises(FileNotFoundError):
        gone.value()
    drop_bodies("111111111111")
    assert list(place.iterdir()) == []


SCRIPT = """
import sys, threading
from pipeline.cloud.bodies import SMALL, keep_body
threading.excepthook = lambda _: None
def store():
    keep_body("123456789012", bytes(SMALL + 1))
    raise RuntimeError("the thread dies")
thread = threading.Thread(target=store)
thread.start()
thread.join()
{end}
"""


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_the_folder_goes_with_the_process_whichever_way_it_ends(end: str, place: Path) -> None:
    script = f"import tempfile\ntempfile.tempdir = {str(place)!r}\n{SCRIPT.format(end=end)}"
    subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert [path.name for path in place.iterdir() if path.name.startswith(PREFIX)] == []
