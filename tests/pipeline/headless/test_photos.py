"""The command line: what it prints, writes and exits with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.__main__ import main
from pipeline.headless.inputs import UsageError, collect, safe_file_name

Photo = Callable[..., bytes]


@pytest.fixture
def folder(tmp_path: Path, photo: Photo) -> Path:
    """A folder with two photos, a hidden file and a folder that is not entered."""
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    (tmp_path / "in" / "a.jpg").write_bytes(photo())
    (tmp_path / "in" / "b.png").write_bytes(photo((300, 200), "PNG", "RGBA"))
    (tmp_path / "in" / ".hidden.jpg").write_bytes(b"x")
    (tmp_path / "in" / "deeper" / "c.jpg").write_bytes(photo())
    return tmp_path / "in"


def run(*arguments: str | Path) -> int:
    return main(["run", "--seed", "1", *map(str, arguments)])


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_folder_of_photos_becomes_a_folder_of_thumbnails(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"

    assert run(folder, "--out", out) == 0

    sizes = {p.suffix: Image.open(io.BytesIO(p.read_bytes())).size for p in out.iterdir()}
    assert sizes == {".jpg": (256, 192), ".png": (256, 171)}
    printed = capsys.readouterr().out
    assert "2 of 2 photos became thumbnails." in printed
    assert "a.jpg: thumbnail a.jpg." in printed


def test_json_lines_have_event_and_time_first_and_end_with_the_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--json") == 0

    lines = told(capsys)
    assert all(list(line)[:2] == ["event", "time"] for line in lines)
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    last = lines[-1]
    assert (last["event"], last["uploaded"], last["thumbnails"], last["failed"]) == (
        "RunFinished",
        2,
        2,
        0,
    )


def test_a_seeded_run_prints_the_same_twice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, "--json")
    first = capsys.readouterr().out
    run(folder, "--json")

    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("arrow", "place"),
    [
        ("s3-to-queue", "refused"),
        ("queue-to-function", "waiting"),
        ("function-reads-uploads", "dead_lettered"),
        ("function-writes-thumbnails", "dead_lettered"),
        ("function-writes-metadata", "dead_lettered"),
    ],
)
def test_each_broken_arrow_fails_at_exactly_its_arrow_and_says_where_the_photos_are(
    arrow: str, place: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--json", "--break", arrow) == 1

    lines = told(capsys)
    assert {line["arrow"] for line in lines if line["event"] == "RequestDenied"} == {arrow}
    assert lines[-1][place] == lines[-1]["failed"] == 2
    assert all("is not authorized to perform" in where for where in lines[-1]["photos"].values())


def test_one_bad_photo_does_not_harm_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.jpg").write_text("no photo")

    assert run(folder, folder / "missing.jpg", "--json") == 1

    last = told(capsys)[-1]
    assert (last["thumbnails"], last["dead_lettered"], last["not_uploaded"]) == (2, 1, 1)
    assert set(last["photos"]) == {"a.jpg", "b.png", "bad.jpg", "missing.jpg"}


def test_files_of_one_name_from_two_folders_are_kept_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "a.jpg").write_bytes((folder / "a.jpg").read_bytes())

    assert run(folder / "a.jpg", other, "--json") == 0

    assert set(told(capsys)[-1]["photos"]) == {"a.jpg", "2/a.jpg"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["missing.jpg"], "no such file"),
        (["empty"], "holds no files"),
        (["photo.jpg", "--out", "photo.jpg"], "output folder"),
    ],
)
def test_unusable_arguments_are_told_in_one_sentence_with_exit_status_2(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    photo: Photo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(photo())
    Path("empty").mkdir()

    assert run(*arguments) == 2

    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run", "--topology", "nothing"],
        ["run", "x", "--break", "nothing"],
        ["run", "x", "--seed", "y"],
        ["burst"],
        ["burst", "many"],
    ],
)
def test_arguments_that_cannot_be_parsed_exit_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2


def test_it_runs_as_a_module_in_a_terminal_that_knows_only_ascii(folder: Path) -> None:
    (folder / "émoji 🐱.jpg").write_bytes((folder / "a.jpg").read_bytes())

    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(folder)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )

    assert ended.stderr == b""
    assert ended.returncode == 0
    assert b"3 of 3 photos became thumbnails." in ended.stdout


def test_a_reader_that_goes_away_ends_the_run_quietly(folder: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()

    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 1


def test_a_home_folder_is_understood(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))

    assert [p.key for p in collect([Path("~/in")], "thumbnails")] == ["a.jpg", "b.png"]


def test_a_folder_is_read_one_level_deep_and_hidden_files_are_left_out(folder: Path) -> None:
    assert [p.key for p in collect([folder], "thumbnails")] == ["a.jpg", "b.png"]


def test_nothing_to_run_on_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        collect([tmp_path / "nothing.jpg"], "thumbnails")


@given(st.text(min_size=1, max_size=400))
def test_any_key_gives_a_file_name_that_stays_in_its_folder(key: str) -> None:
    if not key.isascii():
        key = key.encode("utf-8", "ignore").decode() or "x"
    name = safe_file_name(key)

    assert name
    assert name not in {".", ".."}
    assert not set(name) & set('/\\:*?"<>|\n\0')
    assert len(name.encode()) <= 255


def test_the_thumbnail_on_disk_is_the_one_in_the_bucket(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder / "a.jpg", "--out", tmp_path / "out", "--json")

    (stored,) = (x for x in told(capsys) if x["event"] == "ThumbnailStored")
    data = (tmp_path / "out" / stored["key"]).read_bytes()
    assert len(data) == stored["size"]
    assert Image.open(io.BytesIO(data)).format == "JPEG"
