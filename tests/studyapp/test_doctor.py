"""Each line of the doctor's is ok, or says what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from studyapp import doctor
from studyapp.doctor import Finding


def test_this_machine_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        findings = list(doctor.examine())

    lines = "\n".join(finding.line() for finding in findings)
    assert all(finding.is_ok for finding in findings), lines
    assert "sandbox open after" in lines
    assert "lighthouse.jpg became a thumbnail" in lines


def test_what_must_be_done_is_said_in_the_line() -> None:
    assert Finding("Python 3.11.7").line() == "ok  Python 3.11.7"
    assert Finding("TERM=dumb", "use another").line() == "!!  TERM=dumb → use another"


def test_an_old_python_must_be_replaced() -> None:
    assert not doctor.python_version((3, 10, 12)).is_ok
    assert doctor.python_version((3, 11, 0)).is_ok


def test_a_missing_package_must_be_installed() -> None:
    finding = doctor.package_version("no-such-package-at-all", (1,))

    assert (finding.what, finding.is_ok) == ("no-such-package-at-all is missing", False)


def test_an_old_package_must_be_replaced() -> None:
    assert not doctor.package_version("textual", (999,)).is_ok


def test_the_least_versions_are_those_the_project_asks_for() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    asked = "\n".join(project["project"]["dependencies"])

    for package, least in doctor.LEAST_VERSIONS.items():
        if package != "botocore":
            assert f"{package}>={'.'.join(map(str, least))}" in asked


def test_a_pipe_is_a_note_and_no_problem() -> None:
    (finding,) = doctor.terminal({"TERM": "dumb"}, is_terminal=False)

    assert finding.is_ok


def test_a_small_dumb_terminal_has_two_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: (50, 10))

    findings = list(doctor.terminal({"TERM": "dumb"}, is_terminal=True))

    assert [finding.is_ok for finding in findings] == [False, False, True]
    assert "60×16" in findings[0].advice


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"COLORTERM": "truecolor"}, "16 million"),
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "vt100"}, "few colours"),
        ({"NO_COLOR": "1"}, "NO_COLOR"),
    ],
)
def test_colours_are_named_and_never_a_problem(environment: dict[str, str], words: str) -> None:
    findings = list(doctor.terminal({"TERM": "xterm", **environment}, is_terminal=True))

    assert findings[-1].is_ok
    assert words in findings[-1].what


def test_an_encoding_without_boxes_must_be_changed() -> None:
    assert doctor.encoding("utf-8").is_ok
    assert not doctor.encoding("ascii").is_ok
    assert not doctor.encoding(None).is_ok


def test_a_data_directory_that_is_a_file_must_be_changed(data_directory: Path) -> None:
    data_directory.write_text("in the way")

    finding = doctor.writable_data_directory()

    assert "STUDYAPP_DATA_DIR" in finding.advice


def test_a_sandbox_that_fails_is_reported_with_its_log(
    monkeypatch: pytest.MonkeyPatch, data_directory: Path
) -> None:
    def fails(_: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("pipeline.sandbox.Sandbox.open", fails)

    (finding,) = doctor.sandbox()

    assert "ZeroDivisionError" in finding.what
    assert str(data_directory) in finding.advice
