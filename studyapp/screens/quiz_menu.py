"""``q``: what can be practised, reviewed or sat now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studyapp.desk import Desk
from studyapp.screens.dialogs import Choices
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.study import drawing
from studyapp.study.given import new_seed
from studyapp.study.mastery import Mastery
from studyapp.study.sitting import Mode, Sitting

MOST_RESULTS = 5
"""How many exams are listed that are over."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be begun or gone on with."""

    words: str
    detail: str
    mode: Mode = Mode.PRACTICE
    question_ids: tuple[str, ...] = ()
    length: drawing.Length | None = None
    sitting: Sitting | None = None
    """What is gone on with; None for something new."""

    @property
    def can_be_had(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self.question_ids or self.length or self.sitting)


class QuizMenu(Screen[None]):
    """Rounds to choose from."""

    CSS_PATH = "quiz_menu.tcss"
    AUTO_FOCUS = "Choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "browse", "browse", tooltip="look through all questions"),
        Binding("question_mark", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    class Begun(Message):
        """A sitting is to be shown."""

        def __init__(self, sitting: Sitting) -> None:
            super().__init__()
            self.sitting = sitting

    class Browse(Message):
        """The questions are to be looked through."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._choices: tuple[Choice, ...] = ()

    def compose(self) -> ComposeResult:
        """A list, and a word on what is chosen."""
        yield Static("Quiz", id="title")
        with Vertical(id="body"):
            yield Choices(id="rounds")
            yield Static(id="detail", classes="prose")
        yield KeyLine()

    async def on_screen_resume(self) -> None:
        """List what there is, whenever one comes here: a round may have been taken."""
        await self.refill()

    async def refill(self) -> None:
        """List what can be begun now."""
        known, _ = await self._desk.standing()
        seen = await self._desk.seen()
        unfinished = await self._desk.unfinished()
        results = await self._desk.finished_exams()
        self._choices = (
            *choices(self._desk, known, seen, unfinished),
            *(_result(sitting) for sitting in results[:MOST_RESULTS]),
        )
        rounds = self.query_one(Choices)
        at = rounds.highlighted
        rounds.clear_options()
        rounds.add_options(
            Option(_row(choice), disabled=not choice.can_be_had) for choice in self._choices
        )
        first = next((n for n, choice in enumerate(self._choices) if choice.can_be_had), 0)
        rounds.highlighted = first if at is None else min(at, len(self._choices) - 1)

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one("#detail", Static).update(self._choices[event.option_index].detail)

    @on(OptionList.OptionSelected)
    async def _take(self, event: OptionList.OptionSelected) -> None:
        choice = self._choices[event.option_index]
        try:
            sitting = choice.sitting or await self._begin(choice)
        except ValueError as error:
            self.notify(str(error), severity="warning")
            return
        self.post_message(self.Begun(sitting))

    async def _begin(self, choice: Choice) -> Sitting:
        if choice.length is not None:
            return await self._desk.begin_exam(choice.length)
        return await self._desk.begin(choice.mode, choice.words, choice.question_ids)

    def action_browse(self) -> None:
        """Look through all questions."""
        self.post_message(self.Browse())

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def choices(
    desk: Desk, known: Mastery, seen: frozenset[str], unfinished: tuple[Sitting, ...]
) -> tuple[Choice, ...]:
    """Return everything that can be begun or gone on with, what is most useful first."""
    course = desk.course
    seed = new_seed()

    def drawn(**only: str) -> tuple[str, ...]:
        pool = [q for q in course.questions if all(getattr(q, k) == v for k, v in only.items())]
        return drawing.practice(
            pool, count=drawing.ROUND, seed=seed, seen=seen, weak=known.weak_questions
        )

    due = tuple(question_id for question_id in known.due if question_id in course.by_id)
    weak = tuple(known.weak_questions)[: drawing.ROUND]
    return (
        *(_going_on(sitting) for sitting in unfinished),
        Choice(
            f"Review · {len(due)} due today",
            "Questions that you would soon forget, in the order in which they are due."
            if due
            else "Nothing is due: what you practise today comes back in a day or more.",
            Mode.REVIEW,
            due[: drawing.LONGEST_REVIEW],
        ),
        Choice(
            "Practice · mixed",
            f"{drawing.ROUND} questions: weak ones first, then new ones.",
            question_ids=drawn(),
        ),
        Choice(
            "Practice · weak spots",
            "Questions that you last answered wrong."
            if weak
            else "There are none so far: nothing was answered wrong last.",
            question_ids=weak,
        ),
        *(_exam(offer) for offer in drawing.offers(course, seen)),
        *(
            Choice(
                f"Practice · {topic.title}",
                "Questions of one topic.",
                question_ids=drawn(topic=topic.slug),
            )
            for topic in course.topics
        ),
        *(
            Choice(
                f"Practice · {domain.name}",
                "Questions of one exam domain.",
                question_ids=drawn(domain=domain.id),
            )
            for domain in course.domains
        ),
        *(
            Choice(
                f"Practice · task {task.id} {task.name}",
                "Questions of one task statement of the exam guide.",
                question_ids=drawn(task=task.id),
            )
            for task in course.tasks
        ),
    )


def _going_on(sitting: Sitting) -> Choice:
    done = len(sitting.answers)
    if sitting.mode is Mode.EXAM:
        done = sum(bool(sitting.marks_of(q).chosen) for q in sitting.question_ids)
    words = f"Go on · {sitting.title}, {done} of {len(sitting.question_ids)} answered"
    return Choice(words, "It stands as you left it.", sitting=sitting)


def _result(sitting: Sitting) -> Choice:
    day = sitting.started_at.astimezone()
    return Choice(
        f"Result · {sitting.title}, {day:%d %B %Y}",
        "What came of it, item by item.",
        sitting=sitting,
    )


def _exam(offer: drawing.Offer) -> Choice:
    length = offer.length
    words = f"Exam · {length.questions} questions, {length.minutes} minutes"
    if offer.lacking:
        return Choice(words, f"It cannot be filled yet: {offer.lacking}.", Mode.EXAM)
    detail = (
        "Against the clock, without feedback until the end, with questions that you have not "
        "seen. The result is about this architecture only."
    )
    return Choice(words, detail, Mode.EXAM, length=length)


def _row(choice: Choice) -> Content:
    return Content.styled(choice.words, "" if choice.can_be_had else "$foreground 40%")
