"""What the walkthrough's screen says: titles, verdicts, and what to do next, as plain words."""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.study.walk_facts import Measured
from studyapp.study.walk_record import RunRecording
from studyapp.study.walkthrough import Chapter, CheckStep, ExplainStep, PredictStep, RunStep
from studyapp.walk_question import Asked
from studyapp.walking import Walking
from studyapp.widgets.prediction import Guess


@dataclass(frozen=True, slots=True)
class Moment:
    """What the screen knows beside the place in the chapter."""

    walking: Walking
    guess: Guess | None = None
    asked: Asked | None = None
    running: int | None = None
    """How many events have happened of the run under way; None: none runs."""

    is_playing: bool = False
    is_unread: bool = False
    """Whether there is more text below."""

    broken_off: str = ""
    """Why the run at hand broke off."""

    following: Chapter | None = None
    """The next chapter that is not finished."""


def title_words(walking: Walking, width: int) -> str:
    """Return the first line: the chapter, the step and its kind."""
    chapter, step = walking.chapter, walking.step
    place = f"step {walking.place + 1} of {walking.length} · {step.kind}" if step else ""
    if walking.is_at_end:
        place = "the end"
    for title in (chapter.title, chapter.short_title):
        line = f"{chapter.number} {title}"
        room = width - len(line) - len(place)
        if room >= 2:
            return f"{line}{' ' * room}{place}"
    return f"{chapter.number}  {place}"


def next_words(moment: Moment) -> tuple[str, str]:
    """Return what to do next, and its key."""
    step = moment.walking.step
    if moment.is_unread and not (moment.asked or moment.running is not None or moment.is_playing):
        return "read on", "enter"
    match step:
        case PredictStep():
            told = _predict(step, moment.guess)
        case RunStep():
            told = _run(moment)
        case CheckStep() if moment.asked is not None:
            told = _check(moment.asked)
        case None:
            told = _outside(moment)
        case _:
            told = "go on", "enter"
    return told


def _outside(moment: Moment) -> tuple[str, str]:
    if not moment.walking.is_at_end:
        return "begin", "enter"
    if moment.following is not None:
        return f"go on with {moment.following.number} {moment.following.short_title}", "enter"
    return "that was the last chapter", "enter"


def _predict(step: PredictStep, guess: Guess | None) -> tuple[str, str]:
    if guess is not None and guess.prediction is not None:
        return "let the prediction stand and go on", "enter"
    if step.is_choice:
        return "predict: choose an option", f"1-{len(step.options)}"
    return "predict: type a number", "0-9"


def _run(moment: Moment) -> tuple[str, str]:
    cursor = moment.walking.cursor
    if moment.broken_off:
        return "go on without this run", "enter"
    if moment.running is not None:
        count = f" · {moment.running} events so far" if moment.running else ""
        return f"running on the emulated cloud …{count}", ""
    if moment.walking.is_unrun or cursor is None:
        return "run it", "enter"
    if moment.is_playing:
        return f"call {cursor.position} of {len(cursor.run.hops)} · to the last one", "enter"
    return ("go on", "enter") if cursor.is_at_end else ("let the calls go on", "enter")


def _check(asked: Asked) -> tuple[str, str]:
    if asked.is_answered:
        return ("Right. Go on" if asked.is_right else "Wrong. Go on"), "enter"
    if asked.is_chosen:
        return "answer", "enter"
    wanted = len(asked.question.key)
    words = f"choose {wanted}" if wanted > 1 else "choose an option"
    return words, f"1-{len(asked.question.options)}"


def page_words(walking: Walking) -> str:
    """Return the text of the place, as Markdown."""
    if walking.step is not None:
        return walking.step.text
    return end_page(walking) if walking.is_at_end else cover_page(walking)


def cover_page(walking: Walking) -> str:
    """Return what a chapter is about, before its first step."""
    chapter = walking.chapter
    objectives = "\n".join(f"- {line}" for line in chapter.objectives)
    elsewhere = "\n".join(f"- {line}" for line in chapter.not_covered)
    so_far = f"{walking.count} of " if walking.count else ""
    right, made = walking.predictions
    predicted = f" · predictions right: {right} of {made}" if made else ""
    return (
        f"*After this chapter you can*\n{objectives}\n\n"
        f"*Not covered here*\n{elsewhere}\n\n"
        f"*Exam guide* · task {', '.join(chapter.tasks)}\n"
        f"*Steps* · {so_far}{walking.length}{predicted}"
    )


def end_page(walking: Walking) -> str:
    """Return what came of a chapter, after its last step."""
    right, made = walking.predictions
    left = walking.length - walking.count
    steps = "All steps are done." if not left else f"{walking.count} of {walking.length} are done."
    predicted = f" Of {made} predictions {right} were right." if made else ""
    objectives = "\n".join(f"- {line}" for line in walking.chapter.objectives)
    return (
        f"*The end of {walking.chapter.title}*\n\n{steps}{predicted}\n\n*You can now*\n{objectives}"
    )


def verdict(walking: Walking, step: ExplainStep) -> tuple[str, bool | None]:
    """Return what became of a prediction, as Markdown, and whether it was right."""
    asked = walking.chapter.prediction_of(step)
    answer = asked.words(asked.answer)
    done = walking.done.get(asked.id)
    if done is None or done.prediction is None:
        return f"You made no prediction. It is: {answer}", None
    if done.is_right:
        return f"*✓ Right.* You predicted: {answer}", True
    predicted = asked.words(done.prediction)
    return f"*✗ Wrong.* You predicted: {predicted}\n\nIt is: {answer}", False


def run_words(step: RunStep, recording: RunRecording | None) -> str:
    """Return what a run does, or what came of it, as Markdown."""
    if recording is None:
        return "\n".join(f"- {action.words}" for action in step.actions)
    facts = [f"{name.replace('_', ' ')} *{_said(v)}*" for name, v in recording.facts.items()]
    refused = [
        f"Refused: {recording.actions[each.action].words}: {each.code}: {each.reason}"
        for each in recording.refusals
    ]
    return "\n\n".join([*refused, *([f"Measured: {' · '.join(facts)}"] if facts else [])])


def _said(value: Measured) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else f"{value}"
