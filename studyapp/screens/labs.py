"""``l``: the labs, each with how far one is; the next one is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from studyapp.desk import Desk
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.screens.lab_words import GLYPHS
from studyapp.study.lab_choice import counted, next_lab
from studyapp.study.lab_progress import LabRecord
from studyapp.study.labs import Lab
from studyapp.study.store_errors import StoreError
from studyapp.widgets.filter_list import FilterList, Row
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.prose import inline

TOPIC_COLUMN = 12


class LabsScreen(Screen[None]):
    """The labs in teaching order."""

    AUTO_FOCUS = "FilterList"
    DEFAULT_CSS = """
    LabsScreen {
        #title { height: 1; padding: 0 1; background: $panel; color: $foreground 80%; }
        FilterList { height: 1fr; }
        #goal { height: 4; padding: 0 1; border-top: solid $foreground 20%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "next lab", tooltip="do the lab that is next"),
        Binding("question_mark", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]
    FURTHER_KEYS = (("/", "show the labs that have every word"), ("⏎", "open the lab"))

    next_words: var[str] = var("")
    next_key: var[str] = var("")

    class Chosen(Message):
        """A lab is to be played."""

        def __init__(self, slug: str) -> None:
            super().__init__()
            self.slug = slug

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._labs: dict[str, Lab] = {}
        self._next: Lab | None = None

    def compose(self) -> ComposeResult:
        """The next one above, the list, and the goal of the one that is pointed at."""
        yield Static("Labs", id="title")
        yield NextStep("loading …", id="next").data_bind(
            text=LabsScreen.next_words, key=LabsScreen.next_key
        )
        yield FilterList()
        yield Static(id="goal")
        yield KeyLine()

    async def on_screen_resume(self) -> None:
        """List them, whenever one comes here: one may have been played."""
        try:
            rows = await self._desk.labs()
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=30)
            return
        self._labs = {lab.slug: lab for lab, _ in rows}
        self._next = next_lab(rows)
        self.query_one("#title", Static).update(title(rows))
        self.query_one(FilterList).rows = tuple(row(lab, record) for lab, record in rows)
        self.next_words = self._next.title if self._next else "every lab is mastered"
        self.next_key = "n" if self._next else ""
        self.refresh_bindings()

    @on(FilterList.Pointed)
    def _look(self, message: FilterList.Pointed) -> None:
        lab = self._labs.get(message.id)
        self.query_one("#goal", Static).update(inline(lab.goal) if lab else "")

    @on(FilterList.Chosen)
    def _choose(self, message: FilterList.Chosen) -> None:
        self.post_message(self.Chosen(message.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """There is a next lab as long as one is not mastered."""
        return self._next is not None if action == "next" else True

    def action_next(self) -> None:
        """Do the lab that is next."""
        if self._next is not None:
            self.post_message(self.Chosen(self._next.slug))

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def title(rows: Sequence[tuple[Lab, LabRecord]]) -> str:
    """Return the first line: how many there are, passed and mastered."""
    return f"Labs   {counted(rows).words()}"


def row(lab: Lab, record: LabRecord) -> Row:
    """Return a lab as a row: how far one is, its topic, and its title."""
    state = f"{GLYPHS[record.state]} {record.state}"
    return Row(lab.slug, (f"{state:<10}", f"{lab.topic[:TOPIC_COLUMN]:<{TOPIC_COLUMN}}", lab.title))
