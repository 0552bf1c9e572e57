"""A round of practice or review as text in and text out."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from studyapp.plain.outcome import Status
from studyapp.plain.wish import Wish
from studyapp.study import lab_loading
from studyapp.study.answers import Confidence
from studyapp.study.course import Course
from studyapp.study.sitting import Mode
from tests.studyapp.plain.learner import Learner
from tests.studyapp.study.small_course import course
from tests.studyapp.study.small_labs import small_lab

TRANSCRIPT = """\
BEGIN Practice - mixed: 2 questions, seed 7.
HOW answer by number, several like 1 3 or 1,3; add s, u or g for sure, unsure or a guess, like 2 s.
  Everything is kept at once. ? says what else can be typed.

Q 1/2: A company's function works on messages of an SQS queue, and nobody has written code that
  receives them.
  How do they reach the function?
1) SQS pushes them
2) The Lambda service polls the queue
3) The function polls
4) A rule forwards them
answer (1-4, h hint, x N strike, q quit)> h
hint: Who calls ReceiveMessage?
answer (1-4, h hint, x N strike, q quit)> x 1
struck out: 1
answer (1-4, h hint, x N strike, q quit)> seven
UNCLEAR "seven" is no answer here: type a number from 1 to 4, or ?.
answer (1-4, h hint, x N strike, q quit)> 2 g
RIGHT you chose 2.
1) wrong: SQS pushes nothing.
2) right: It receives batches and invokes.
3) wrong: It is invoked with them.
4) wrong: No rule is needed.
read: https://docs.aws.amazon.com/sqs/a.html
prove: p
again: in 1 day

Q 2/2: What does a queue between S3 and the function give? Choose two.
choose: 2 of 5
1) Wrong push
2) Right 0
3) Right 1
4) Wrong public
5) Wrong exactly-once
answer (2 of 1-5, h hint, x N strike, q quit)> 1,3
WRONG you chose 1 3, of which 1 is right; the key is 2 3.
1) wrong: Because of how the service works.
2) right: Because of how the service works.
3) right: Because of how the service works.
4) wrong: Because of how the service works.
5) wrong: Because of how the service works.
read: https://docs.aws.amazon.com/sqs/a.html
again: in 1 day

DONE 1 of 2 right.
"""

REVIEW = Wish(Mode.REVIEW)


def test_a_seeded_round_has_this_transcript(learner: Learner) -> None:
    text, outcome = learner.take("h", "x 1", "seven", "2 g", "1,3", wish=Wish(seed=7, count=2))
    assert text == TRANSCRIPT
    assert outcome.status is Status.FINISHED
    assert outcome.exit_status == 0


def test_what_was_done_is_in_the_store(learner: Learner) -> None:
    learner.take("h", dt.timedelta(seconds=40), "2 g", "q")
    store = learner.store()
    (answer,) = store.answers()
    memory = store.memory("trigger/poll")
    store.close()
    assert (answer.question_id, answer.chosen, answer.is_right) == ("trigger/poll", (0,), True)
    assert (answer.confidence, answer.is_hinted) == (Confidence.GUESS, True)
    assert answer.seconds == 40.0
    assert memory is not None


def test_an_answer_is_in_the_store_before_its_feedback_is_printed(learner: Learner) -> None:
    kept: list[int] = []

    def look(line: str) -> None:
        if line.startswith(("RIGHT", "WRONG")):
            connection = sqlite3.connect(learner.path)
            kept.extend(connection.execute("SELECT count(*) FROM answer").fetchone())
            connection.close()

    learner.said = look
    learner.take("2", "1 2")
    assert kept == [1, 2]


def test_when_the_input_ends_the_round_can_be_gone_on_with(learner: Learner) -> None:
    first, left = learner.take("2")
    assert first.endswith(
        "LEFT 1 of 2 questions answered; everything is kept.\ngo on: studyapp quiz\n"
    )
    assert left.status is Status.UNFINISHED

    second, over = learner.take("2 3")
    assert second.startswith(
        "GO ON Practice - mixed: 1 of 2 questions answered, seed 7. --new begins another.\n"
    )
    assert "Q 1/2" not in second
    assert "Q 2/2" in second
    assert "DONE 2 of 2 right." in second
    assert over.is_resumed
    assert over.sitting is not None
    assert left.sitting is not None
    assert over.sitting.id == left.sitting.id


def test_an_interruption_leaves_the_same_way_and_exits_with_130(learner: Learner) -> None:
    text, outcome = learner.take("2", KeyboardInterrupt)
    assert "LEFT 1 of 2 questions answered; everything is kept." in text
    assert outcome.exit_status == 130


def test_a_finished_round_is_not_gone_on_with(learner: Learner) -> None:
    learner.take("2", "2 3")
    text, _ = learner.take()
    assert text.startswith("BEGIN Practice")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), "GO ON"),
        (Wish(seed=7), "GO ON"),
        (Wish(seed=8), "BEGIN"),
        (Wish(count=2), "GO ON"),
        (Wish(count=1), "BEGIN"),
        (Wish(count=50), "GO ON"),
        (Wish(topic="trigger"), "BEGIN"),
        (Wish(domain="3"), "BEGIN"),
        (Wish(is_new=True), "BEGIN"),
    ],
)
def test_a_round_is_gone_on_with_when_it_is_what_is_wished_for(
    learner: Learner, wish: Wish, expected: str
) -> None:
    learner.take("2")
    assert learner.take(wish=wish)[0].startswith(f"{expected} ")


def test_how_to_go_on_names_what_was_wished_for(learner: Learner) -> None:
    wish = Wish(topic="trigger", task="3.1", count=1, seed=3)
    text, _ = learner.take(wish=wish)
    assert "go on: studyapp quiz --topic trigger --task 3.1 --count 1 --seed 3\n" in text


def test_time_away_does_not_count(learner: Learner) -> None:
    learner.take(dt.timedelta(seconds=10))
    learner.now += dt.timedelta(hours=9)
    learner.take(dt.timedelta(seconds=5), "2")
    store = learner.store()
    (answer,) = store.answers()
    store.close()
    assert answer.seconds == 15.0


def test_a_proof_shows_calls_and_what_was_seen_and_its_time_does_not_count(
    learner: Learner,
) -> None:
    text, _ = learner.take("2", "p")
    assert (
        "PROOF service-polls: it runs on a sandbox, which takes a moment.\n"
        "CALL sqs:ReceiveMessage by poller: allowed, the queue\n"
        "SEEN yes, the service polls (polls: 2): confirms 2\n"
        "PROVED The service polls.\n"
    ) in text
    assert learner.proofs == ["service-polls"]
    assert text.count("Q 2/2:") == 2, "the question at hand is asked again after the proof"


def test_a_claim_that_does_not_hold_is_not_proved(learner: Learner) -> None:
    learner.proof_holds = False
    text, _ = learner.take("2", "p")
    assert "SEEN no, the service polls (polls: 2): refutes 2\nNOT PROVED The service polls." in text


def test_nothing_is_proved_before_it_is_answered(learner: Learner) -> None:
    text, _ = learner.take("p", "2")
    assert "There is nothing to prove yet: answer first, then p proves it.\n" in text
    assert learner.proofs == []
    assert "RIGHT" in text


def test_a_question_without_an_experiment_names_its_address_instead(learner: Learner) -> None:
    text, _ = learner.take("2 3", "p", wish=Wish(topic="buffer"))
    assert learner.proofs == []
    assert "p proves" not in text


def test_the_last_answer_of_a_round_can_be_proved_at_its_end(learner: Learner) -> None:
    text, outcome = learner.take("2", "banana", "p", "", wish=Wish(topic="trigger"))
    assert '"banana" is none of these: p proves the last answer, enter ends.' in text
    assert learner.proofs == ["service-polls"]
    assert outcome.status is Status.FINISHED


def test_undo_is_for_reviews(learner: Learner) -> None:
    text, _ = learner.take("2", "u")
    assert '"u" is no answer here' in text


def _let_both_become_due(learner: Learner) -> None:
    learner.take("2")
    learner.now += dt.timedelta(hours=1)
    learner.take("2 3")
    learner.now += dt.timedelta(days=30)


def test_a_review_asks_what_is_due_and_undo_takes_the_last_answer_back(learner: Learner) -> None:
    _let_both_become_due(learner)
    store = learner.store()
    before = store.memories()
    store.close()

    text, outcome = learner.take("1", "u", "q", wish=REVIEW)

    assert text.startswith("BEGIN Review - 2 due today: 2 questions, seed 7.")
    assert "undone: your last answer is forgotten, and its question asked again.\n\nQ 1/2" in text
    assert outcome.status is Status.UNFINISHED
    store = learner.store()
    assert store.memories() == before
    assert len(store.answers()) == 2
    store.close()


def test_the_very_last_answer_of_a_review_can_be_undone_and_given_again(learner: Learner) -> None:
    _let_both_become_due(learner)
    text, outcome = learner.take("2", "1 2", "u", "2 3", "q", wish=REVIEW)
    assert "DONE 1 of 2 right." in text
    assert "DONE 2 of 2 right." in text
    assert outcome.status is Status.FINISHED
    store = learner.store()
    assert [answer.is_right for answer in store.answers()] == [True, True, True, True]
    store.close()


def test_undo_without_an_answer_says_so(learner: Learner) -> None:
    _let_both_become_due(learner)
    assert "There is no answer to take back yet." in learner.take("u", wish=REVIEW)[0]


def test_an_unfinished_review_goes_on_with_due(learner: Learner) -> None:
    _let_both_become_due(learner)
    text, _ = learner.take("2", wish=REVIEW)
    assert text.endswith("go on: studyapp quiz --due\n")
    assert learner.take(wish=REVIEW)[0].startswith("GO ON Review")


def test_with_nothing_due_it_says_when_the_next_is(learner: Learner) -> None:
    learner.take("2", "1 2")
    text, outcome = learner.take(wish=REVIEW)
    assert text == "Nothing is due: the next question is due in 1 day (2026-11-26 12:00 UTC).\n"
    assert (outcome.status, outcome.exit_status) == (Status.NOTHING, 0)


def test_with_nothing_answered_yet_nothing_is_due(learner: Learner) -> None:
    text, _ = learner.take(wish=REVIEW)
    assert text == (
        "Nothing is due: no question was answered yet. studyapp quiz begins with some.\n"
    )


def test_the_exam_date_caps_when_a_question_comes_again(learner: Learner) -> None:
    store = learner.store()
    store.set("exam_date", "2026-11-28")
    store.close()
    assert "again: in 3 days" in learner.take("2 s")[0]


def _forgotten(learner: Learner) -> str:
    """Return what is said when a question on the trigger is forgotten again and again."""
    wish = Wish(topic="trigger")
    for _ in range(5):
        text, _ = learner.take("1", wish=wish)
        learner.now += dt.timedelta(days=2)
    return " ".join(text.split())


def test_what_is_forgotten_again_and_again_is_told_with_its_remedies(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_loading, "read_labs", lambda: ((), ()))
    said = _forgotten(learner)
    assert "leech: forgotten 4 times; see it proved (p), read at the address above." in said


def test_what_is_forgotten_again_and_again_leads_to_the_lab_of_its_topic(
    learner: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = replace(small_lab(tmp_path / "content"), topic="trigger")
    monkeypatch.setattr(lab_loading, "read_labs", lambda: ((lab,), ()))
    assert "play the lab on it: studyapp labs start queue-hears-nothing, read" in _forgotten(
        learner
    )


def test_help_lists_what_can_be_typed(learner: Learner) -> None:
    text, _ = learner.take("?")
    assert "help: h gives a hint; x 3 strikes option 3 out, or takes that back;" in text


def test_where_nothing_can_be_kept_the_quiz_goes_on_and_does_not_promise_more(
    small: Course, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    learner = Learner(small, tmp_path / "file" / "progress.sqlite")
    text, outcome = learner.take("2")
    assert "RIGHT" in text
    assert "LEFT 1 of 2 questions answered; not everything could be kept." in text
    assert not outcome.is_kept


def test_an_answer_that_could_not_be_kept_is_kept_with_the_next(learner: Learner) -> None:
    blocked: list[sqlite3.Connection] = []

    def block(line: str) -> None:
        if line.startswith("Q 1/2"):
            other = sqlite3.connect(learner.path, isolation_level=None)
            other.execute(
                "CREATE TRIGGER no BEFORE INSERT ON answer BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            blocked.append(other)
        if line.startswith("Q 2/2"):
            blocked[0].execute("DROP TRIGGER no")
            blocked[0].close()

    learner.said = block
    text, outcome = learner.take("2", "2 3")
    assert "NOTE " in text
    assert text.index("NOTE ") < text.index("RIGHT"), "the sentence comes before the feedback"
    assert outcome.is_kept
    store = learner.store()
    assert [answer.question_id for answer in store.answers()] == ["trigger/poll", "buffer/two"]
    assert set(store.memories()) == {"trigger/poll", "buffer/two"}
    store.close()


def test_an_empty_course_says_so_and_exits_with_1(learner: Learner) -> None:
    learner.course = course(())
    text, outcome = learner.take()
    assert text == "There are no questions to practise yet. studyapp questions lists all.\n"
    assert outcome.exit_status == 1
