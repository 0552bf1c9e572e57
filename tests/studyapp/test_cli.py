"""The command line, without a terminal and without the app."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import studyapp
from studyapp import __main__ as command
from studyapp.doctor import Finding


def test_without_a_terminal_it_says_what_it_is_and_what_works() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studyapp"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "studyapp run PHOTO" in done.stdout
    assert "studyapp doctor" in done.stdout


def test_without_a_terminal_and_without_unicode_it_still_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studyapp"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_dumb_terminal_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, SimpleNamespace(isatty=lambda: True))

    assert not command.has_terminal()


def test_a_terminal_on_all_three_streams_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, SimpleNamespace(isatty=lambda: True))

    assert command.has_terminal()


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_one_stream_that_is_redirected_leaves_no_terminal(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream in ("stdin", "stdout", "stderr"):
        is_terminal = stream != name
        monkeypatch.setattr(sys, stream, SimpleNamespace(isatty=lambda is_it=is_terminal: is_it))

    assert not command.has_terminal()


def test_no_standard_input_at_all_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert not command.has_terminal()


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--version"]) == 0
    assert capsys.readouterr().out == f"studyapp {studyapp.__version__}\n"


def test_an_unknown_command_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["dance"]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "No such command 'dance'" in printed.err


def test_an_unknown_option_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["--dance"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_run_is_forwarded_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def headless(arguments: list[str]) -> int:
        given.append(arguments)
        return 1

    monkeypatch.setattr("pipeline.__main__.main", headless)

    assert command.main(["run", "--help", "a b.jpg", "--json"]) == 1
    assert given == [["run", "--help", "a b.jpg", "--json"]]


def test_run_makes_a_thumbnail(tmp_path: Path, sample: Any) -> None:
    assert command.main(["run", str(sample("badge.png")), "--out", str(tmp_path)]) == 0
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("advice", "status"), [("", 0), ("do something", 1)])
def test_the_doctor_fails_when_something_must_be_done(
    advice: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("studyapp.doctor.examine", lambda: iter([Finding("a thing", advice)]))

    assert command.main(["doctor"]) == status
    assert capsys.readouterr().out.startswith("!!  a thing → do" if advice else "ok  a thing")


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "doctor" in printed
    assert "run" in printed


def test_live_needs_a_terminal_and_says_what_works_without_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studyapp", "live", "--topology", "orders"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "studyapp run --topology orders" in done.stderr


def test_live_opens_the_app_with_the_architecture_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[tuple[str, str]] = []

    def open_app(first: str, *_: object, topology: str) -> int:
        opened.append((first, topology))
        return 0

    monkeypatch.setattr(command, "has_terminal", lambda: True)
    monkeypatch.setattr(command, "open_app", open_app)

    assert command.main(["live", "--topology", "records"]) == 0
    assert command.main(["live", "--topology", "nothing"]) == 2
    assert opened == [("live", "records")]
