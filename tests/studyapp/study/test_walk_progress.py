"""The walkthrough's steps are kept one by one, with what was predicted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.study.archive import ArchiveError, as_document
from studyapp.study.archive_reading import archive_of, read_archive
from studyapp.study.progress import ProgressStore
from studyapp.study.walk_progress import StepDone, forget_chapter, keep_step, steps_done
from tests.studyapp.study.kept import opened
from tests.studyapp.study.small_course import NOON

READ = StepDone("buffer", "what-happens", NOON)
GUESS = StepDone("buffer", "how-many", NOON + dt.timedelta(minutes=1), 2.0, is_right=False)
OTHER = StepDone("trigger", "what-happens", NOON + dt.timedelta(minutes=2))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProgressStore]:
    store = opened(tmp_path)
    for done in (READ, GUESS, OTHER):
        keep_step(store, done)
    yield store
    store.close()


def test_steps_are_there_in_another_copy_of_the_app(store: ProgressStore, tmp_path: Path) -> None:
    del store
    other = opened(tmp_path)
    assert list(steps_done(other).values()) == [READ, GUESS, OTHER]
    other.close()


def test_a_chapter_has_its_own_steps(store: ProgressStore) -> None:
    assert steps_done(store, "buffer") == {
        "buffer/what-happens": READ,
        "buffer/how-many": GUESS,
    }


def test_a_step_that_is_gone_through_again_is_kept_as_it_was_last(store: ProgressStore) -> None:
    again = StepDone("buffer", "how-many", NOON + dt.timedelta(days=1), 1.0, is_right=True)
    keep_step(store, again)
    assert steps_done(store)["buffer/how-many"] == again


def test_a_chapter_is_forgotten_alone(store: ProgressStore) -> None:
    forget_chapter(store, "buffer")
    assert list(steps_done(store).values()) == [OTHER]


def test_a_reset_forgets_every_step(store: ProgressStore) -> None:
    store.reset()
    assert not steps_done(store)


def test_steps_are_carried_to_another_copy_where_those_that_are_there_stand(
    store: ProgressStore, tmp_path: Path
) -> None:
    document = json.dumps(as_document(store.archive(), NOON)).encode()
    archive = read_archive(document, NOON)
    assert archive.steps == (READ, GUESS, OTHER)
    other = opened(tmp_path / "other")
    own = StepDone("buffer", "how-many", NOON, 7.0, is_right=False)
    keep_step(other, own)
    assert (other.merge(archive).steps, other.merge(archive).steps) == (2, 0)
    assert steps_done(other)["buffer/how-many"] == own
    assert len(steps_done(other)) == 3
    other.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prediction": "2"}, r"steps\[0\].prediction is no number"),
        ({"is_right": 1}, r"steps\[0\].is_right is neither true nor false"),
        ({"step": ""}, r"steps\[0\].step is no text"),
        ({"more": 1}, r"steps\[0\].more is unknown"),
        ({"chapter": "trigger"}, "steps has a step twice"),
    ],
)
def test_steps_that_cannot_be_are_refused(
    store: ProgressStore, change: dict[str, object], said: str
) -> None:
    document = as_document(store.archive(), NOON)
    document["steps"][0] |= change
    with pytest.raises(ArchiveError, match=said):
        archive_of(document, NOON)


def test_a_row_that_another_program_wrote_is_passed_over(store: ProgressStore) -> None:
    with store.writing() as write:
        write.execute("UPDATE step SET answered = '[]' WHERE step = 'how-many'")
    assert list(steps_done(store).values()) == [READ, OTHER]
