"""Where one is in a chapter, and what stands there: as values, back and forth."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.study.walk_progress import StepDone
from studyapp.study.walk_recording import Recorder, record_all
from studyapp.study.walkthrough import Chapter
from studyapp.walk_words import Moment as _Moment
from studyapp.walk_words import cover_page, end_page, next_words, run_words, title_words
from studyapp.walking import COVER, Walking
from studyapp.widgets.diagram_state import ArrowState
from tests.studyapp.study.small_chapter import small_course

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    return small_course(tmp_path_factory.mktemp("content"))[1]


@pytest.fixture(scope="module")
def recorder(chapter: Chapter) -> Recorder:
    with Recorder(chapter) as recorder:
        list(record_all(recorder))
    return recorder


@pytest.fixture
def walking(chapter: Chapter, recorder: Recorder) -> Walking:
    """Return a chapter at its cover, of which everything has run."""
    walking = Walking(chapter)
    for run in chapter.runs:
        recording = recorder.recording(run.id)
        assert recording is not None
        walking.take(recording)
    return walking


def _at(walking: Walking, step_id: str) -> Walking:
    walking.go(walking.chapter.place_of(step_id) - walking.place)
    return walking


def test_a_new_chapter_begins_with_its_cover(chapter: Chapter) -> None:
    walking = Walking(chapter)
    assert (walking.place, walking.step, walking.cursor) == (COVER, None, None)
    assert walking.replay.actions == ()


@pytest.mark.parametrize(("known", "place"), [(1, 1), (4, 4), (9, COVER)])
def test_a_chapter_is_gone_on_with_at_the_first_step_not_done(
    chapter: Chapter, known: int, place: int
) -> None:
    done = {s.id: StepDone("buffer", s.id, NOW) for s in chapter.steps[:known]}
    assert Walking(chapter, done).place == place


def test_nothing_is_before_the_first_step_or_after_the_end(chapter: Chapter) -> None:
    walking = Walking(chapter)
    walking.go(-1)
    assert walking.place == COVER
    walking.go(100)
    assert walking.is_at_end
    walking.go(1)
    assert walking.place == walking.length


def test_a_step_needs_the_run_before_it(chapter: Chapter, recorder: Recorder) -> None:
    walking = Walking(chapter)
    assert _at(walking, "how-many").missing is None
    assert _at(walking, "upload-two").missing is None
    assert walking.is_unrun
    assert _at(walking, "the-key").missing is chapter.step("upload-two")
    assert _at(walking, "let-it-run").missing is chapter.step("upload-two")
    recording = recorder.recording("upload-two")
    assert recording is not None
    walking.take(recording)
    assert walking.missing is None
    assert walking.is_unrun
    assert walking.diagram.visible == 2


def test_the_diagram_is_that_of_the_step(walking: Walking) -> None:
    assert _at(walking, "how-many").diagram.entered == 0
    assert _at(walking, "upload-two").diagram.entered == 0
    walking.travel(1)
    assert walking.diagram.entered == 1
    assert (_at(walking, "why-two").diagram.entered, walking.diagram.visible) == (2, 2)
    assert _at(walking, "why-lambda").diagram.items == 2


def test_an_observed_event_has_just_happened(walking: Walking) -> None:
    _at(walking, "the-key")
    cursor = walking.cursor
    assert cursor is not None
    assert walking.observed in cursor.new_events


def test_the_call_at_hand_travels_its_arrow_until_the_last(walking: Walking) -> None:
    _at(walking, "upload-two").travel(2)
    assert walking.diagram.passing == "s3-to-queue"
    walking.travel(4)
    assert walking.diagram.passing is None
    assert walking.diagram.arrows["s3-to-queue"] is ArrowState.ALLOWED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["on", "back", "later", "earlier"]), max_size=40))
def test_wherever_one_goes_the_same_place_looks_the_same(
    walking: Walking, chapter: Chapter, moves: list[str]
) -> None:
    fresh = Walking(chapter, films=dict(walking.films))
    seen: dict[tuple[int, int | None], object] = {}
    for move in moves:
        cursor = fresh.cursor
        if move in {"on", "back"}:
            fresh.go(1 if move == "on" else -1)
        elif cursor is not None:
            fresh.travel(cursor.position + (1 if move == "later" else -1))
        at = fresh.cursor
        key = fresh.place, at.position if at is not None else None
        assert seen.setdefault(key, fresh.diagram) == fresh.diagram
        assert fresh.replay.hops <= (at.position if at is not None else 0)


def test_live_is_led_to_the_place_at_hand(walking: Walking) -> None:
    assert _at(walking, "how-many").replay.actions == ()
    assert len(_at(walking, "why-two").replay.actions) == 1
    _at(walking, "upload-two").travel(3)
    assert (walking.replay.actions, walking.replay.hops) == ((), 1)


def test_titles_fit(walking: Walking) -> None:
    _at(walking, "how-many")
    assert title_words(walking, 60).endswith("step 2 of 9 · predict")
    assert len(title_words(walking, 60)) == 60
    assert title_words(walking, 20) == "1  step 2 of 9 · predict"


def test_pages_say_what_was_done(walking: Walking) -> None:
    for step, is_right in (("how-many", True), ("who-comes", False)):
        walking.done[step] = StepDone("buffer", step, NOW, 0, is_right)
    assert "2 of 9 · predictions right: 1 of 2" in cover_page(walking)
    assert "2 of 9 are done. Of 2 predictions 1 were right." in end_page(walking)


def test_what_is_next_at_the_end_is_another_chapter(walking: Walking) -> None:
    walking.go(100)
    assert next_words(_Moment(walking)) == ("that was the last chapter", "enter")
    other = next_words(_Moment(walking, following=walking.chapter))
    assert other == ("go on with 1 The buffer", "enter")


def test_what_a_run_does_and_what_came_of_it(walking: Walking) -> None:
    (step, *_) = walking.chapter.runs
    assert run_words(step, None) == "- bring in photo-1.jpg to photo-2.jpg"
    measured = run_words(step, walking.films[step.id].recording)
    assert measured == "Measured: sent *2* · invoked *0*"
