"""Home: what is next, and the ways from here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from studyapp.desk import Desk
from studyapp.screens.key_line import KeyLine
from studyapp.widgets.menu import Menu, MenuRow
from studyapp.widgets.next_step import NextStep

if TYPE_CHECKING:
    from studyapp.study.lab_choice import LabCount
    from studyapp.study.mastery import Mastery
    from studyapp.study.next_steps import Suggestion
    from studyapp.study.walk_standing import ChapterStanding

WAYS = (
    ("w", "walkthrough", "Walkthrough"),
    ("q", "quiz", "Quiz"),
    ("l", "labs", "Labs"),
    ("v", "live", "Live"),
    ("p", "progress", "Progress"),
)
"""Key, name and label of each way from here."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What home tells, once the desk is open."""

    known: Mastery
    next: Suggestion | None
    exam_date: dt.date | None
    today: dt.date
    bank: int
    """How many questions there are."""

    chapters: tuple[ChapterStanding, ...] = ()
    """How far each chapter of the walkthrough is."""

    labs: LabCount | None = None
    """How far one is with the labs."""


class HomeScreen(Screen[None]):
    """The first screen; it stands before course and store are loaded."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "Menu"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "next", tooltip="do what is next"),
        Binding("w", "go('walkthrough')", "walkthrough", tooltip="go through it, step by step"),
        Binding("q", "go('quiz')", "quiz", tooltip="practise, review, sit an exam"),
        Binding("l", "go('labs')", "labs", tooltip="mend what is broken; least privilege wins"),
        Binding("v", "go('live')", "live", tooltip="upload anything, break anything"),
        Binding("p", "go('progress')", "progress", tooltip="what you know, and when to study"),
        Binding("slash", "go('browse')", "search", tooltip="look through all questions"),
        Binding("s", "go('settings')", "settings", tooltip="exam date, theme, animations"),
        Binding("t", "app.tour", "tour", show=False, tooltip="see the first ninety seconds again"),
        Binding(
            "a", "app.fidelity", "as AWS?", show=False, tooltip="how near the sandbox is to AWS"
        ),
        Binding("question_mark", "help", "help", tooltip="all keys"),
    ]

    standing: var[Standing | None] = var(None)
    next_words: var[str] = var("")
    next_key: var[str] = var("")

    class Chosen(Message):
        """A way is taken."""

        def __init__(self, way: str) -> None:
            super().__init__()
            self.way = way

    class Suggested(Message):
        """What is next is to be done."""

        def __init__(self, suggestion: Suggestion) -> None:
            super().__init__()
            self.suggestion = suggestion

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """What is next above, the ways below."""
        yield Static("studyapp   serverless data processing", id="title")
        yield NextStep("loading …", id="next").data_bind(
            text=HomeScreen.next_words, key=HomeScreen.next_key
        )
        with Vertical(id="body"):
            yield Menu(id="ways")
            yield Static("S3 ─▶ SQS ─▶ Lambda ─▶ S3 + DynamoDB", id="architecture")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the ways at once; what is known comes when it is loaded."""
        self.tell()
        self.call_after_refresh(self.load)

    def on_screen_resume(self) -> None:
        """Look again at what is known, which may have changed."""
        if self._desk.is_open:
            self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Open the desk if it is not, and read what is known."""
        if not self._desk.is_open:
            amiss = await self._desk.open()
            if amiss:
                self.notify(amiss, severity="warning", timeout=30)
        known, suggested = await self._desk.standing()
        self.standing = Standing(
            known,
            next(iter(suggested), None),
            await self._desk.exam_date(),
            self._desk.now().astimezone().date(),
            len(self._desk.course.questions),
            await self._desk.walked(),
            await self._desk.lab_count(),
        )
        self.tell()

    def tell(self) -> None:
        """Show what is known so far."""
        standing = self.standing
        self.query_one("#title", Static).update(title(standing))
        self.query_one(Menu).rows = rows(standing)
        if standing is None:
            self.next_words, self.next_key = "loading …", ""
        elif standing.next is None:
            self.next_words, self.next_key = "upload a photo and watch it", "v"
        else:
            self.next_words, self.next_key = standing.next.words, "enter"
        self.refresh_bindings()

    @on(Menu.Chosen)
    def _chosen(self, message: Menu.Chosen) -> None:
        self.action_go(message.name)

    def action_go(self, way: str) -> None:
        """Take a way."""
        self.post_message(self.Chosen(way))

    @property
    def KEYLESS(self) -> tuple[tuple[str, str], ...]:  # noqa: N802 - what the palette looks for
        """Each chapter of the walkthrough by its name."""
        known = self.standing.chapters if self.standing is not None else ()
        return tuple(
            (f"walkthrough {each.chapter.number} · {each.chapter.title}", f"walk({n})")
            for n, each in enumerate(known)
        )

    def action_walk(self, place: int) -> None:
        """Go on with a chapter, by its place among all."""
        from studyapp.study.next_steps import Action, Suggestion  # noqa: PLC0415 - not at first

        if self.standing is not None:
            slug = self.standing.chapters[place].chapter.slug
            self.post_message(self.Suggested(Suggestion("", "", Action.WALK, slug)))

    def action_go_on(self) -> None:
        """Do what is next."""
        if self.standing is not None and self.standing.next is not None:
            self.post_message(self.Suggested(self.standing.next))

    def action_help(self) -> None:
        """List the keys."""
        from studyapp.screens.help import HelpScreen, keys_of  # noqa: PLC0415 - not at first

        self.app.push_screen(HelpScreen("", keys_of(self)))


def title(standing: Standing | None) -> str:
    """Return the first line: what this is, and how long until the exam."""
    name = "studyapp   serverless data processing"
    if standing is None or standing.exam_date is None:
        return name
    days = (standing.exam_date - standing.today).days
    if days < 0:
        return f"{name}   SAA-C03 was {-days} days ago"
    words = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return f"{name}   SAA-C03 {words}"


def rows(standing: Standing | None) -> tuple[MenuRow, ...]:
    """Return the ways with what is known of each."""
    if standing is None:
        words = {"live": "upload anything, break anything"}
        return tuple(
            MenuRow(key, name, label, None, words.get(name, "")) for key, name, label in WAYS
        )
    known = standing.known
    due = len(known.due)
    percent = round(100 * known.known_share)
    weakest = known.weakest.name if known.weakest is not None else "not known yet"
    chapters = standing.chapters
    finished = sum(each.is_finished for each in chapters)
    labs = standing.labs
    told = {
        "walkthrough": (
            sum(each.share for each in chapters) / max(1, len(chapters)),
            f"{finished} of {len(chapters)} chapters",
        ),
        "quiz": (known.known_share, f"{due} due today · {percent} % of {standing.bank} known"),
        "labs": (labs.share, labs.words()) if labs is not None else (None, ""),
        "live": (None, "upload anything, break anything"),
        "progress": (None, f"mastery {percent} % of this architecture · weakest: {weakest}"),
    }
    return tuple(MenuRow(key, name, label, *told[name]) for key, name, label in WAYS)
