"""``s``: the day of the exam, and how the app looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Label, Select, Static, Switch

from studyapp.desk import Desk
from studyapp.screens.key_line import KeyLine
from studyapp.settings import THEMES, Settings
from studyapp.study.store_errors import StoreError

SWITCHES = (
    ("animations", "Animations"),
    ("plain", "Plain lines instead of screens, also in a terminal"),
    ("colours", "Colours (from the next start on)"),
)


class SettingsScreen(Screen[None]):
    """Each change counts at once."""

    AUTO_FOCUS = "#exam-date"
    DEFAULT_CSS = """
    SettingsScreen {
        #title { height: 1; padding: 0 1; background: $panel; color: $foreground 80%; }
        #all { height: 1fr; padding: 1 2; }
        .row { height: auto; padding-bottom: 1; }
        .row Label { width: 30; padding: 1 1 0 0; }
        Input { width: 24; }
        Select { width: 30; }
        #said { padding: 0 0 1 30; height: 2; color: $text-warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    class Changed(Message):
        """A setting of the app itself was changed."""

        def __init__(self, settings: Settings) -> None:
            super().__init__()
            self.settings = settings

    def __init__(self, desk: Desk, settings: Settings, exam_date: dt.date | None) -> None:
        super().__init__()
        self._desk = desk
        self._settings = settings
        self._exam_date = exam_date

    def compose(self) -> ComposeResult:
        """A row for each."""
        yield Static("Settings", id="title")
        with VerticalScroll(id="all", can_focus=False):
            with Horizontal(classes="row"):
                yield Label("Day of the exam")
                yield Input(
                    self._exam_date.isoformat() if self._exam_date else "",
                    placeholder="2027-01-31, or nothing",
                    id="exam-date",
                )
            yield Static("", id="said")
            with Horizontal(classes="row"):
                yield Label("Theme")
                yield Select(
                    [(name, name) for name in THEMES],
                    value=self._settings.theme,
                    allow_blank=False,
                    id="theme",
                )
            for name, words in SWITCHES:
                with Horizontal(classes="row"):
                    yield Label(words)
                    yield Switch(getattr(self._settings, name), id=name)
        yield KeyLine()

    @on(Input.Submitted, "#exam-date")
    @on(Input.Blurred, "#exam-date")
    async def _dated(self, event: Input.Submitted | Input.Blurred) -> None:
        said = self.query_one("#said", Static)
        try:
            date = read_date(event.value, self._desk.now().astimezone().date())
            await self._desk.set_exam_date(date)
        except (ValueError, StoreError) as error:
            said.update(str(error))
        else:
            said.update(f"The exam is on {date:%d %B %Y}." if date else "No exam is set.")

    @on(Select.Changed, "#theme")
    def _themed(self, event: Select.Changed) -> None:
        self._change(theme=str(event.value))

    @on(Switch.Changed)
    def _switched(self, event: Switch.Changed) -> None:
        self._change(**{str(event.switch.id): event.value})

    def _change(self, **changed: str | bool) -> None:
        settings = replace(self._settings, **changed)  # type: ignore[arg-type]
        if settings != self._settings:
            self._settings = settings
            self.post_message(self.Changed(settings))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def read_date(text: str, today: dt.date) -> dt.date | None:
    """Return the day that a text means; None for nothing.

    Raises:
        ValueError: It means none, or one that is over; the message says what to type.
    """
    if not text.strip():
        return None
    try:
        date = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("A day is typed as year-month-day, such as 2027-01-31.") from None
    if date < today:
        raise ValueError(f"{date} is over; type a day that is still to come.")
    return date
