"""How far each chapter is, and which is next."""

from __future__ import annotations

import datetime as dt

from studyapp.study.walk_progress import StepDone
from studyapp.study.walk_standing import ChapterStanding, current, following, standings
from studyapp.study.walkthrough import Chapter, ReadStep

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def _chapter(number: int) -> Chapter:
    steps = tuple(ReadStep(id=name, text="", topology="thumbnails") for name in ("a", "b"))
    return Chapter(
        slug=f"c{number}",
        title=f"Chapter {number}: so it is",
        number=number,
        topology="thumbnails",
        objectives=(),
        not_covered=(),
        tasks=(),
        steps=steps,
    )


CHAPTERS = tuple(map(_chapter, (1, 2, 3)))


def _done(*names: str) -> dict[str, StepDone]:
    return {name: StepDone(*name.split("/"), NOW) for name in names}


def _standing(place: int, *names: str) -> ChapterStanding:
    return standings(CHAPTERS, _done(*names))[place]


def test_a_chapter_is_as_far_as_its_steps() -> None:
    assert (_standing(0).done, _standing(0).next_step, _standing(0).share) == (0, 1, 0.0)
    assert (_standing(0, "c1/b").done, _standing(0, "c1/b").next_step) == (1, 1)
    assert _standing(0, "c1/a", "c1/b", "c1/gone").is_finished


def test_the_chapter_gone_through_last_is_gone_on_with_then_the_first_open_one() -> None:
    for names, expected in (
        ((), "c1"),
        (("c1/a", "c3/a"), "c3"),
        (("c1/a", "c3/a", "c3/b"), "c1"),
        (("c1/a", "c1/b"), "c2"),
        (("gone/a",), "c1"),
    ):
        done = _done(*names)
        found = current(standings(CHAPTERS, done), done)
        assert found is not None
        assert expected == found.chapter.slug


def test_after_the_last_there_is_none() -> None:
    done = _done(*(f"{c.slug}/{s.id}" for c in CHAPTERS for s in c.steps))
    assert current(standings(CHAPTERS, done), done) is None
    assert following(standings(CHAPTERS, done), CHAPTERS[0]) is None


def test_a_later_chapter_follows_before_one_that_was_passed_over() -> None:
    done = _done("c2/a", "c2/b")
    known = standings(CHAPTERS, done)
    assert following(known, CHAPTERS[1]) is CHAPTERS[2]
    assert following(known, CHAPTERS[2]) is CHAPTERS[0]
    assert CHAPTERS[0].short_title == "Chapter 1"
