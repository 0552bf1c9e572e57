"""The questions are as good as the author's check can tell, and experiments prove their keys."""

from __future__ import annotations

import dataclasses

import pytest

from studyapp.study.checking import check_content
from studyapp.study.loading import read_course
from studyapp.study.proofs import proof_remarks

COURSE = read_course()[0]
EXPERIMENTS_NAMED = sorted({q.experiment for q in COURSE.questions if q.experiment})


def test_the_check_finds_no_errors() -> None:
    errors = [str(problem) for problem in check_content().problems if problem.is_error]
    assert errors == []


def test_every_misconception_says_what_is_so_in_one_sentence_each() -> None:
    sentences = [
        text for entry in COURSE.misconceptions for text in (entry.belief, entry.correction)
    ]
    assert [text for text in sentences if not text.endswith(".") or len(text) > 160] == []


@pytest.mark.parametrize("name", EXPERIMENTS_NAMED)
def test_the_experiment_confirms_every_key_that_rests_on_it(name: str) -> None:
    from pipeline.experiments import EXPERIMENTS

    resting = tuple(question for question in COURSE.questions if question.experiment == name)
    course = dataclasses.replace(COURSE, questions=resting)
    remarks = proof_remarks(course, EXPERIMENTS, runs=True)
    assert [f"{remark.question and remark.question.id}: {remark.what}" for remark in remarks] == []
