"""What came of an exam, and its questions one by one, line by line."""

from __future__ import annotations

from collections.abc import Iterable

from studyapp.plain.console import Console
from studyapp.plain.proof import Run, run_experiment, say_proof
from studyapp.plain.wording import say_feedback, say_question
from studyapp.study.course import Course, Question
from studyapp.study.result import LEAST, METHOD, MOST, PASS, ExamResult, Share, coverage
from studyapp.study.sitting import Sitting


def say_result(console: Console, course: Course, result: ExamResult) -> None:
    """Print the points, where they come from, and how they are made."""
    passes = "at or above" if result.would_pass else "below"
    console.skip()
    console.say(
        f"RESULT {result.points} points of {LEAST} to {MOST}, {passes} {PASS}, "
        "on this architecture only."
    )
    console.say(f"SCORED {_of(result.scored)}")
    console.say(f"UNSCORED {_of(result.unscored)}, which do not count.")
    _say_shares(console, "DOMAIN", [(share.name, share) for share in result.domains])
    _say_shares(console, "TASK", [(f"{share.id} {share.name}", share) for share in result.tasks])
    console.say(f"METHOD {METHOD}")
    console.say(f"COVERAGE {coverage(course)}")


def _say_shares(console: Console, kind: str, shares: Iterable[tuple[str, Share]]) -> None:
    for name, share in shares:
        console.say(f"{kind} {name}: {_of(share)}")


def _of(share: Share) -> str:
    return f"{share.right} of {share.asked} right"


def go_through(
    console: Console, course: Course, sitting: Sitting, run: Run = run_experiment
) -> None:
    """Show the questions of an exam that is over, as they are asked for.

    Raises:
        EndedError: No more replies come.
    """
    questions = [course.by_id[name] for name in sitting.question_ids]
    shown: Question | None = None
    while True:
        console.skip()
        reply = console.ask("items (a all, w wrong ones, N one of them, p prove, q quit)").lower()
        if reply in {"", "q", "quit", "exit"}:
            return
        wanted = _wanted(reply, questions, sitting)
        if reply in {"p", "prove"}:
            if shown is None:
                console.say("UNCLEAR Look at a question first: then p proves its answer.")
            else:
                say_proof(console, shown, sitting.order_of(shown), run)
        elif wanted is None:
            last = len(questions)
            console.say(
                f'UNCLEAR "{reply[:20]}" is none of these: a, w, a number from 1 to {last}, q.'
            )
        elif not wanted:
            console.say("note: no question was answered wrong.")
        else:
            for shown in wanted:
                _say_item(console, sitting, shown)


def _wanted(reply: str, questions: list[Question], sitting: Sitting) -> list[Question] | None:
    """Return the questions that a reply asks for; None when it asks for nothing."""
    if reply in {"a", "all"}:
        return questions
    if reply in {"w", "wrong"}:
        return [entry for entry in questions if not sitting.answers[entry.id].is_right]
    numbers = {str(number): entry for number, entry in enumerate(questions, start=1)}
    return [numbers[reply]] if reply in numbers else None


def _say_item(console: Console, sitting: Sitting, question: Question) -> None:
    say_question(console, sitting, question)
    say_feedback(console, question, sitting.answers[question.id])
    if question.id in sitting.unscored:
        console.say("unscored: this question did not count.")
