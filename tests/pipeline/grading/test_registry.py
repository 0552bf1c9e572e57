"""Scenarios by name, and what a lab may set of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.grading.run import Run
from pipeline.grading.scenarios import find, parameter_problems, registry, scenario, scenario_names


def test_every_scenario_has_a_name_and_says_what_it_requires() -> None:
    assert "every-upload" in scenario_names()
    for name in scenario_names():
        found = find(name)
        assert found.name == name
        assert (found.act.__doc__ or "").strip()


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    (problem,) = parameter_problems("nothing", {})

    assert problem.startswith("There is no scenario 'nothing'; there are ")
    assert "every-upload" in problem


def test_a_parameter_that_is_not_there_is_told() -> None:
    assert parameter_problems("every-upload", {"logs": False, "speed": 1}) == (
        "The scenario every-upload has no parameter 'speed'.",
    )


def test_a_parameter_without_a_default_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_scenarios", {})
    monkeypatch.setattr(registry, "_all", lambda: registry._scenarios)

    @scenario("needs-a-place")
    def needs_a_place(run: Run, *, place: str, often: int = 1) -> None:
        """Need a place."""
        run.require("place", f"{place} {often}", holds=True)

    assert find("needs-a-place").needed == ("place",)
    assert find("needs-a-place").parameters == ("place", "often")
    assert parameter_problems("needs-a-place", {}) == (
        "The scenario needs-a-place needs the parameter 'place'.",
    )


def test_two_scenarios_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="two scenarios called every-upload"):
        scenario("every-upload")(lambda _run: None)


def test_naming_the_scenarios_brings_in_no_cloud() -> None:
    script = (
        "import sys\n"
        "from pipeline.grading import values\n"
        "from pipeline.grading.scenarios import parameter_problems\n"
        "assert not parameter_problems('every-upload', {})\n"
        "print(sorted({'boto3', 'botocore', 'moto', 'PIL'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
