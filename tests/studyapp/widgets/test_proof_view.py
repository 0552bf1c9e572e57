from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.proof_view import Proof, ProofView, Stage, proof_text
from tests.studyapp.widgets.samples import screen_text


@dataclass(frozen=True)
class Call:
    actor: str
    call: str
    outcome: str
    detail: str
    is_refused: bool = False


@dataclass(frozen=True)
class Observation:
    text: str
    seen: str
    holds: bool


PUT = Call("learner", "s3:PutObject", "allowed", "photo.jpg")
REFUSED = Call("s3", "sqs:SendMessage", "AccessDenied", "jobs, by no statement", is_refused=True)
SKIPPED = Call("clock", "30 s pass", "skipped", "")
LATER = Observation("the message is visible again", "received: 2", holds=True)
NEVER = Observation("S3 reports an error", "errors: 0", holds=False)
RUNNING = Proof(Stage.RUNNING, "A message that is not deleted comes again.", (PUT, REFUSED))
WHOLE = Proof(
    Stage.DONE,
    "A message that is not deleted comes again.",
    (PUT, REFUSED, SKIPPED, (LATER, "confirms 2, refutes 4"), (NEVER, "")),
    holds=True,
    words="It holds: the key is confirmed.",
)


def lines_of(proof: Proof, width: int) -> list[str]:
    return [line.rstrip() for line in proof_text(proof, width).plain.split("\n")]


def test_a_proof_tells_what_was_done_what_was_seen_and_what_it_confirms() -> None:
    assert lines_of(WHOLE, 120) == [
        "Claim  A message that is not deleted comes again.",
        "",
        "learner    s3:PutObject                 ✓ allowed         photo.jpg",
        "s3         sqs:SendMessage              ✗ AccessDenied    jobs, by no statement",
        "clock      30 s pass                    · skipped",
        "",
        "✓ holds  the message is visible again",
        "  seen     received: 2",
        "  options  confirms 2, refutes 4",
        "",
        "✗ does not hold  S3 reports an error",
        "  seen     errors: 0",
        "",
        "✓ It holds: the key is confirmed.",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_in_a_narrow_place_the_detail_stands_below_its_call(width: int) -> None:
    assert lines_of(RUNNING, width) == [
        "Claim  A message that is not deleted comes again.",
        "",
        "learner    s3:PutObject  ✓ allowed",
        "           photo.jpg",
        "s3         sqs:SendMessage  ✗ AccessDenied",
        "           jobs, by no statement",
        "",
        "● running …",
    ]


def test_what_does_not_fit_its_column_is_not_cut() -> None:
    call = replace(REFUSED, call="lambda:UpdateFunctionConfiguration", outcome="TooManyRequests")
    text = "\n".join(lines_of(replace(RUNNING, entries=(call,)), 120))
    assert "lambda:UpdateFunctionConfiguration  ✗ TooManyRequests" in text


@pytest.mark.parametrize(
    ("proof", "last"),
    [
        (Proof(Stage.WAITING, "A claim."), "◌ opening a sandbox …"),
        (RUNNING, "● running …"),
        (replace(WHOLE, holds=False, words="It does not hold."), "✗ It does not hold."),
        (Proof(Stage.FAILED, words="This question has no experiment."), "✗ This question has no"),
        (Proof(), ""),
    ],
)
def test_the_last_line_says_how_far_it_is(proof: Proof, last: str) -> None:
    assert lines_of(proof, 60)[-1].startswith(last)
    assert bool(last) == bool(lines_of(proof, 60)[-1])


TEXTS = st.text(max_size=60)
ENTRIES = st.lists(
    st.builds(Call, TEXTS, TEXTS, TEXTS, TEXTS, st.booleans())
    | st.tuples(st.builds(Observation, TEXTS, TEXTS, st.booleans()), TEXTS),
    max_size=4,
)


@given(
    proof=st.builds(Proof, st.sampled_from(Stage), TEXTS, ENTRIES.map(tuple), st.booleans(), TEXTS),
    width=st.integers(0, 140),
)
def test_no_line_is_wider_than_the_room(proof: Proof, width: int) -> None:
    assert all(line.cell_length <= width for line in proof_text(proof, width).split("\n"))


async def test_a_proof_grows_line_by_line(show: Any) -> None:
    view = ProofView()
    app = show(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.begin(WHOLE.claim)
        await pilot.pause()
        assert "opening a sandbox" in screen_text(app)
        view.add_call(PUT)
        await pilot.pause()
        assert "opening a sandbox" not in screen_text(app)
        assert "s3:PutObject  ✓ allowed" in screen_text(app)
        view.add_observation(LATER, "confirms 2")
        view.end(holds=True, words="It holds.")
        await pilot.pause()
        shown = screen_text(app)
        assert "✓ holds  the message is visible again" in shown
        assert "options  confirms 2" in shown
        assert "✓ It holds." in shown
        assert "running" not in shown
        assert shown.startswith(" Claim  ")


async def test_the_next_proof_shows_nothing_of_the_one_before(show: Any) -> None:
    view = ProofView()
    app = show(view)
    async with app.run_test(size=(80, 10)) as pilot:
        view.begin("The first claim.")
        for _ in range(20):
            view.add_call(PUT)
        await pilot.pause()
        view.fail("The experiment failed: no memory.")
        await pilot.pause()
        assert "✗ The experiment failed: no memory." in screen_text(app)
        view.begin("The second claim.")
        await pilot.pause()
        assert screen_text(app).startswith(" Claim  The second claim.")
        assert "PutObject" not in screen_text(app)
        assert "failed" not in screen_text(app)


async def test_the_newest_line_stays_in_sight_until_somebody_scrolls(show: Any) -> None:
    view = ProofView()
    app = show(view)
    async with app.run_test(size=(80, 10)) as pilot:
        view.begin("A claim.")
        for number in range(20):
            view.add_call(replace(PUT, detail=f"photo-{number}.jpg"))
            await pilot.pause()
        assert "photo-19.jpg" in screen_text(app)
        await pilot.press("pageup")
        await pilot.wait_for_scheduled_animations()
        seen = screen_text(app)
        assert "photo-19.jpg" not in seen
        view.add_call(replace(PUT, detail="photo-20.jpg"))
        await pilot.pause()
        assert seen.splitlines()[0] == screen_text(app).splitlines()[0]
        await pilot.press("end")
        await pilot.wait_for_scheduled_animations()
        view.add_call(replace(PUT, detail="photo-21.jpg"))
        await pilot.pause()
        assert "photo-21.jpg" in screen_text(app)


async def test_what_is_told_before_there_is_a_place_for_it_is_shown(show: Any) -> None:
    view = ProofView()
    view.begin("A claim.")
    view.fail("This question has no experiment.")
    app = show(view)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert "✗ This question has no experiment." in screen_text(app)


async def test_the_verdict_is_in_sight_in_a_place_that_opens_while_the_proof_runs(
    show: Any,
) -> None:
    view = ProofView()
    app = show(view)
    async with app.run_test(size=(60, 10)) as pilot:
        view.display = False
        view.begin(WHOLE.claim)
        for _ in range(20):
            view.add_call(PUT)
        await pilot.pause()
        view.display = True
        view.end(holds=True, words="It holds: the key is confirmed.")
        await pilot.pause()
        assert "✓ It holds" in screen_text(app)
        await pilot.resize_terminal(60, 6)
        await pilot.pause()
        assert "✓ It holds" in screen_text(app)
