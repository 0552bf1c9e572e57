"""Every lab is what it says: graded in a fresh sandbox for each of its files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from studyapp.study.lab_checking import check_labs, proofs
from studyapp.study.lab_loading import read_labs
from studyapp.study.lab_proving import Flaw
from studyapp.study.labs import Lab
from studyapp.study.loading import content_folder

LABS = read_labs()[0]


def test_the_labs_are_without_fault_before_they_are_played() -> None:
    _, problems = check_labs(content_folder(), runs=False)
    assert [str(problem) for problem in problems] == []


@pytest.fixture(scope="module")
def flaws() -> Mapping[str, tuple[Flaw, ...]]:
    """What is off in each lab; they are proved side by side."""
    return {lab.slug: found for lab, found in proofs(LABS)}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_a_lab_fails_at_its_start_and_is_solved_by_its_solution_alone(
    lab: Lab, flaws: Mapping[str, tuple[Flaw, ...]]
) -> None:
    assert flaws[lab.slug] == ()
