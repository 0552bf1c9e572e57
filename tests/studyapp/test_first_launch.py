"""The tour is shown once, and never stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp import first_launch


def test_the_first_launch_is_the_first_until_the_tour_is_seen() -> None:
    assert first_launch.is_first_launch()
    assert first_launch.remember_tour()
    assert not first_launch.is_first_launch()


def test_a_directory_that_cannot_be_written_breaks_nothing(data_directory: Path) -> None:
    data_directory.write_text("in the way")

    assert not first_launch.remember_tour()
    assert isinstance(first_launch.is_first_launch(), bool)


def test_the_environment_chooses_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYAPP_DATA_DIR", str(tmp_path / "elsewhere"))

    assert first_launch.data_directory() == tmp_path / "elsewhere"


def test_without_a_choice_it_is_the_platform_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDYAPP_DATA_DIR")

    assert first_launch.data_directory().name == "studyapp"
