"""From what is wished for to what came of it: taking up or beginning a sitting, and holding it."""

from __future__ import annotations

from studyapp.plain.console import Console, EndedError
from studyapp.plain.exam import Exam
from studyapp.plain.items import go_through, say_result
from studyapp.plain.outcome import Outcome, Status, answered
from studyapp.plain.practice import Round
from studyapp.plain.proof import Run, run_experiment
from studyapp.plain.wish import Wish, words
from studyapp.plain.wording import plural, until
from studyapp.study import drawing
from studyapp.study.ledger import Ledger
from studyapp.study.result import exam_result
from studyapp.study.sitting import Mode, Sitting


class NothingToAskError(Exception):
    """There is no question for what is wished; the message is a sentence that says why."""

    def __init__(self, sentence: str, *, exit_status: int = 1) -> None:
        super().__init__(sentence)
        self.exit_status = exit_status


def hold(wish: Wish, console: Console, ledger: Ledger, run: Run = run_experiment) -> Outcome:
    """Ask what is wished for, until it is over or the learner leaves.

    Args:
        wish: What is wished for, in the course's names.
        console: Where it is asked.
        ledger: The course, and where answers are kept.
        run: Runs an experiment by its id.

    Raises:
        StoreError: The store cannot be read.
    """
    try:
        sitting, is_resumed = sitting_for(wish, ledger)
    except NothingToAskError as nothing:
        console.say(str(nothing))
        return Outcome(
            Status.NOTHING,
            nothing.exit_status,
            says=str(nothing),
            next_due=ledger.next_due(wish.wants),
        )
    _say_beginning(console, ledger, sitting, is_resumed=is_resumed)
    held = (
        Exam(console, ledger, sitting)
        if sitting.mode is Mode.EXAM
        else Round(console, ledger, sitting, run)
    )
    exit_status = 0
    try:
        held.hold()
        if isinstance(held, Exam) and held.sitting.is_over:
            say_result(console, ledger.course, exam_result(ledger.course, held.sitting))
            go_through(console, ledger.course, held.sitting, run)
    except EndedError as ended:
        exit_status = 130 if ended.is_interrupted else 0
    except KeyboardInterrupt:
        exit_status = 130
    if not held.sitting.is_over:
        held.leave()
        _say_left(console, ledger, held.sitting, wish)
    return _outcome(ledger, held.sitting, wish, exit_status, is_resumed=is_resumed)


def _outcome(
    ledger: Ledger, sitting: Sitting, wish: Wish, exit_status: int, *, is_resumed: bool
) -> Outcome:
    is_result = sitting.mode is Mode.EXAM and sitting.is_over
    return Outcome(
        Status.FINISHED if sitting.is_over else Status.UNFINISHED,
        exit_status,
        sitting=sitting,
        is_resumed=is_resumed,
        is_kept=ledger.keeps_everything,
        result=exam_result(ledger.course, sitting) if is_result else None,
        next_due=ledger.next_due(wish.wants),
    )


# -- taking up or beginning --


def sitting_for(wish: Wish, ledger: Ledger) -> tuple[Sitting, bool]:
    """Return a sitting of what is wished for, and whether it was begun before.

    Raises:
        NothingToAskError: There is no question for it.
        StoreError: The store cannot be read.
    """
    earlier = None if wish.is_new else _unfinished(wish, ledger)
    return (earlier, True) if earlier is not None else (_begun(wish, ledger), False)


def _unfinished(wish: Wish, ledger: Ledger) -> Sitting | None:
    """Return the newest sitting of what is wished for that can be gone on with."""
    fitting = (s for s in ledger.unfinished(wish.mode) if _fits(s, wish, ledger))
    return next(fitting, None)


def _fits(sitting: Sitting, wish: Wish, ledger: Ledger) -> bool:
    if wish.seed is not None and wish.seed != sitting.seed:
        return False
    length = len(sitting.question_ids)
    if wish.mode is Mode.EXAM:
        return wish.length in {None, length}
    if wish.count is not None and length != min(wish.count, _available(wish, ledger, sitting)):
        return False
    return all(wish.wants(ledger.course.by_id[name]) for name in sitting.question_ids)


def _available(wish: Wish, ledger: Ledger, sitting: Sitting) -> int:
    """Return how many questions a round like this could have had at most."""
    if wish.mode is Mode.REVIEW:
        return len(sitting.question_ids)
    return len(_drawn(wish, ledger, seed=0))


def _begun(wish: Wish, ledger: Ledger) -> Sitting:
    """Begin what is wished for; ``NothingToAskError`` when there is no question for it."""
    seed = ledger.any_seed() if wish.seed is None else wish.seed
    if wish.mode is Mode.EXAM:
        return _exam(wish, ledger, seed)
    if wish.mode is Mode.REVIEW:
        due = [name for name in ledger.standing().due if wish.wants(ledger.course.by_id[name])]
        if not due:
            raise _nothing_due(wish, ledger)
        ids = tuple(due[: wish.count or drawing.LONGEST_REVIEW])
        return ledger.begin(Mode.REVIEW, f"Review · {len(due)} due today", ids, seed=seed)
    ids = _drawn(wish, ledger, seed=seed)
    if not ids:
        what = "" if wish.is_for_all else f" on {words(wish, ledger.course)}"
        raise NothingToAskError(
            f"There are no questions{what} to practise yet. studyapp questions lists all."
        )
    return ledger.begin(Mode.PRACTICE, f"Practice · {words(wish, ledger.course)}", ids, seed=seed)


def _drawn(wish: Wish, ledger: Ledger, *, seed: int) -> tuple[str, ...]:
    return ledger.drawn(wish.wants, seed=seed, count=wish.count or drawing.ROUND)


def _nothing_due(wish: Wish, ledger: Ledger) -> NothingToAskError:
    what = "" if wish.is_for_all else f" on {words(wish, ledger.course)}"
    due_at = ledger.next_due(wish.wants)
    if due_at is None:
        then = "no question was answered yet. studyapp quiz begins with some."
    else:
        then = (
            f"the next question is due {until(due_at, ledger.now())} ({due_at:%Y-%m-%d %H:%M} UTC)."
        )
    return NothingToAskError(f"Nothing is due{what}: {then}", exit_status=0)


def _exam(wish: Wish, ledger: Ledger, seed: int) -> Sitting:
    offers = drawing.offers(ledger.course, ledger.seen())
    offer = next(
        (
            offer
            for offer in offers
            if (not offer.lacking if wish.length is None else offer.length.questions == wish.length)
        ),
        offers[-1],
    )
    if offer.lacking:
        lengths = [str(other.length.questions) for other in offers if not other.lacking]
        can = (
            f"It can fill one of {' or '.join(lengths)}."
            if lengths
            else "Practise instead: studyapp quiz."
        )
        raise NothingToAskError(
            f"The bank cannot fill an exam of {offer.length.questions} questions: "
            f"{offer.lacking}. {can}"
        )
    return ledger.begin_exam(offer.length, seed)


# -- what is said around it --


def _say_beginning(console: Console, ledger: Ledger, sitting: Sitting, *, is_resumed: bool) -> None:
    total = plural(len(sitting.question_ids), "question")
    if is_resumed:
        console.say(
            f"GO ON {sitting.title}: {answered(sitting)} of {total} answered, seed {sitting.seed}. "
            "--new begins another."
        )
    else:
        length = "" if sitting.mode is Mode.EXAM else f"{total}, "  # an exam's title says it
        console.say(f"BEGIN {sitting.title}: {length}seed {sitting.seed}.")
    if sitting.mode is Mode.PRACTICE and ledger.unfinished(Mode.EXAM):
        console.say("NOTE an exam is unfinished: studyapp quiz --exam goes on with it.")
    console.say(
        "HOW answer by number, several like 1 3 or 1,3; add s, u or g for sure, unsure or a guess, "
        "like 2 s. Everything is kept at once. ? says what else can be typed."
    )
    if sitting.mode is Mode.EXAM:
        console.say(
            "HOW there is no feedback until submit, and the clock stops while you are away."
        )


def _say_left(console: Console, ledger: Ledger, sitting: Sitting, wish: Wish) -> None:
    kept = "everything is kept" if ledger.keeps_everything else "not everything could be kept"
    done = f"{answered(sitting)} of {plural(len(sitting.question_ids), 'question')} answered"
    console.say(f"LEFT {done}; {kept}.")
    console.say_whole("go on:", wish.as_command())
