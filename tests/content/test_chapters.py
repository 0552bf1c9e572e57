"""Every chapter says what its runs show, and is built as chapters are."""

from __future__ import annotations

import pytest

from studyapp.study.loading import content_folder, read_course
from studyapp.study.walk_checking import check_chapters, run_remarks
from studyapp.study.walk_loading import read_chapters
from studyapp.study.walk_recording import Recorder
from studyapp.study.walkthrough import Chapter

COURSE = read_course()[0]
CHAPTERS, _ = read_chapters(COURSE, content_folder())


def test_the_check_finds_no_errors_before_anything_runs() -> None:
    _, problems = check_chapters(COURSE)
    assert [str(problem) for problem in problems if problem.is_error] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_the_runs_show_what_the_chapter_says(chapter: Chapter) -> None:
    assert [remark.what for remark in run_remarks(chapter, Recorder)] == []
