"""What every screen that asks questions has: the card, the keys to answer it, and what is next."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from studyapp.desk import Desk
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.screens.look_over import LookOver
from studyapp.study.course import Question
from studyapp.study.sitting import Sitting
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.question_card import Card, QuestionCard


class AskingScreen(Screen[None]):
    """A question at a time."""

    CSS_PATH = "asking.tcss"
    FURTHER_KEYS = (("↑ ↓", "point at an option; scroll once it is answered"),)
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number),
                f"choose({number})",
                "choose" if number == 1 else "",
                key_display="1-9" if number == 1 else None,
                show=number == 1,
                tooltip="choose an option, or take the choice back" if number == 1 else "",
            )
            for number in range(1, 10)
        ),
        Binding("up", "point(-1)", show=False),
        Binding("down", "point(1)", show=False),
        Binding("space", "choose_pointed", show=False, tooltip="choose the option pointed at"),
        Binding("x", "strike", "strike", tooltip="strike out the option pointed at (▸)"),
        Binding("enter", "go_on", "answer, next", tooltip="answer; then the next question"),
        Binding("b", "back", "back", tooltip="the question before"),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("question_mark", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "leave", tooltip="leave; everything is kept"),
    ]

    card: var[Card | None] = var(None)
    heading: var[str] = var("")
    next_words: var[str] = var("")
    next_key: var[str] = var("")

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__()
        self.desk = desk
        self.sitting = sitting

    @property
    def question(self) -> Question:
        """The question at hand."""
        return self.desk.course.by_id[self.sitting.question_id]

    def compose(self) -> ComposeResult:
        """The heading, the question, and beneath it what to do."""
        yield Static(id="title")
        yield QuestionCard(id="card").data_bind(card=AskingScreen.card)
        yield from self.compose_more()
        with Vertical(id="foot"):
            yield NextStep(id="next").data_bind(
                text=AskingScreen.next_words, key=AskingScreen.next_key
            )
        yield KeyLine()

    def compose_more(self) -> ComposeResult:
        """What a screen has beside the question; for subclasses."""
        yield from ()

    def watch_heading(self, heading: str) -> None:
        """Show the heading."""
        for title in self.query("#title").results(Static):
            title.update(Content(heading))

    @abstractmethod
    def tell(self) -> None:
        """Show what is now known; for subclasses."""

    def still_to_choose(self) -> tuple[str, str] | None:
        """Return what is to be chosen yet, with its keys; None when enough is chosen."""
        wanted = len(self.question.key)
        if len(self.sitting.marks_of(self.question.id).chosen) >= wanted:
            return None
        words = f"choose {wanted}" if wanted > 1 else "choose an option"
        return words, f"1-{len(self.question.options)}"

    # -- what becomes of the sitting --

    def become(self, sitting: Sitting) -> None:
        """Show the sitting as it has become, and keep it."""
        self.sitting = sitting
        self.tell()
        self.keep(sitting)

    @work(exclusive=True, group="keep")
    async def keep(self, sitting: Sitting) -> None:
        """Keep a sitting, and say what could not be kept."""
        await self.desk.keep(sitting)
        self.say_trouble()

    def say_trouble(self) -> None:
        """Say what could not be kept; it is tried again with the next answer."""
        for sentence in self.desk.take_told():
            self.notify(sentence, severity="error", timeout=20)

    def go(self, position: int) -> None:
        """Go to another question."""
        self.pointed = 0
        self.become(self.sitting.tick(self.desk.now()).go_to(position))

    async def pause(self) -> None:
        """Keep the sitting with its time not counting, and leave."""
        await self.desk.keep(self.sitting.tick(self.desk.now()).pause())
        self.say_trouble()
        self.dismiss(None)

    # -- keys and mouse --

    @on(QuestionCard.Picked)
    def _picked(self, message: QuestionCard.Picked) -> None:
        self.action_choose(message.number)

    def action_choose(self, number: int) -> None:
        """Choose by the number that is shown."""
        card = self.card
        if card is not None and not card.is_revealed and number <= len(card.order):
            self.pointed = number - 1
            self.become(self.sitting.choose(self.question, card.order[number - 1]))

    pointed: var[int] = var(0)
    """The row that is pointed at, from 0."""

    def action_point(self, step: int) -> None:
        """Point at another option; once all is revealed, scroll."""
        card = self.card
        if card is None:
            return
        if card.is_revealed:
            self.query_one(QuestionCard).scroll_relative(y=step, animate=False)
            return
        self.pointed = (self.pointed + step) % len(card.order)
        self.tell()

    def action_choose_pointed(self) -> None:
        """Choose the option that is pointed at."""
        self.action_choose(self.pointed + 1)

    def action_strike(self) -> None:
        """Strike out the option that is pointed at."""
        card = self.card
        if card is not None and not card.is_revealed:
            self.become(self.sitting.strike(self.question, card.order[self.pointed]))

    def action_scroll(self, pages: int) -> None:
        """Scroll the question by pages."""
        card = self.query_one(QuestionCard)
        card.scroll_relative(y=pages * max(1, card.size.height - 2), animate=False)

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_flag(self) -> None:
        """Flag the question for a later look, or take the flag away."""
        self.become(self.sitting.flag())

    def action_look_over(self) -> None:
        """Show all questions, with what is unanswered and flagged."""
        self.app.push_screen(LookOver(self.sitting), self.looked_over)

    async def looked_over(self, chosen: int | str | None) -> None:
        """Go to the question that was chosen among all."""
        if isinstance(chosen, int):
            self.go(chosen)

    def action_back(self) -> None:
        """Go to the question before."""
        self.go(self.sitting.position - 1)

    async def action_leave(self) -> None:
        """Leave; it can be gone on with."""
        await self.pause()
