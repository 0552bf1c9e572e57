"""``w``: the chapters of the walkthrough in order, how far each is, and what the next step is."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import OptionList, Static

from studyapp.desk import Desk
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.sizes import WIDE_COLUMNS
from studyapp.study.walk_standing import ChapterStanding, current, standings
from studyapp.widgets.filter_list import FilterList, Row
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.prose import Prose
from studyapp.widgets.text_lines import filled

_BAR = 8


class ChaptersScreen(Screen[None]):
    """The list, and what the chapter that is pointed at is about."""

    CSS_PATH = "chapters.tcss"
    AUTO_FOCUS = "FilterList"
    HORIZONTAL_BREAKPOINTS = [(WIDE_COLUMNS, "-wide")]
    FURTHER_KEYS = (("enter", "go on with the chapter pointed at"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    next_words: var[str] = var("")
    next_key: var[str] = var("")

    class Chosen(Message):
        """A chapter is to be gone on with."""

        def __init__(self, slug: str) -> None:
            super().__init__()
            self.slug = slug

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._known: dict[str, ChapterStanding] = {}

    def compose(self) -> ComposeResult:
        """The list, and beside or beneath it what a chapter is about."""
        yield Static("Walkthrough", id="title")
        with Container(id="body"):
            yield FilterList(id="chapters")
            with VerticalScroll(id="about", can_focus=False):
                yield Prose(id="told")
        yield NextStep(id="next").data_bind(
            text=ChaptersScreen.next_words, key=ChaptersScreen.next_key
        )
        yield KeyLine()

    async def on_screen_resume(self) -> None:
        """Look again how far each chapter is, whenever one comes here."""
        done = await self._desk.steps_done()
        known = standings(await self._desk.chapters(), done)
        self._known = {each.chapter.slug: each for each in known}
        finished = sum(each.is_finished for each in known)
        self.query_one("#title", Static).update(
            f"Walkthrough   {finished} of {len(known)} chapters finished"
        )
        listed = self.query_one(FilterList)
        option_list = listed.query_one(OptionList)
        before = option_list.highlighted
        listed.rows = tuple(row(each) for each in known)
        upcoming = current(known, done)
        if before is None and upcoming is not None:
            before = known.index(upcoming)
        option_list.highlighted = before

    @on(FilterList.Pointed)
    def _look(self, message: FilterList.Pointed) -> None:
        known = self._known.get(message.id)
        self.query_one("#told", Prose).text = about(known) if known is not None else ""
        self.query_one("#about").scroll_home(animate=False)
        self.next_words, self.next_key = next_words(known)

    @on(FilterList.Chosen)
    def _choose(self, message: FilterList.Chosen) -> None:
        self.post_message(self.Chosen(message.id))

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def row(known: ChapterStanding) -> Row:
    """Return a chapter as a row: its number, how far it is, and its title."""
    total = len(known.chapter.steps)
    bar = "".join(filled(known.done / total, _BAR))
    far = "✓ done" if known.is_finished else f"{known.done}/{total}" if known.done else "new"
    columns = (f"{known.chapter.number:>2}", bar, f"{far:<6}", known.chapter.title)
    return Row(known.chapter.slug, columns)


def about(known: ChapterStanding) -> str:
    """Return what a chapter is about, as Markdown."""
    chapter = known.chapter
    objectives = "\n".join(f"- {line}" for line in chapter.objectives)
    elsewhere = "\n".join(f"- {line}" for line in chapter.not_covered)
    return (
        f"*After this chapter you can*\n{objectives}\n\n*Not covered here*\n{elsewhere}\n\n"
        f"*Exam guide* · task {', '.join(chapter.tasks)}"
    )


def next_words(known: ChapterStanding | None) -> tuple[str, str]:
    """Return what enter does, and that it does."""
    if known is None:
        return "", ""
    chapter = known.chapter
    if known.is_finished:
        return f"go through {chapter.number} again", "enter"
    if not known.done:
        return f"begin {chapter.number} {chapter.short_title}", "enter"
    step = f"step {known.next_step} of {len(chapter.steps)}"
    return f"go on with {chapter.number}, {step}", "enter"
