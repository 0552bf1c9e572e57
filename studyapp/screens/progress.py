"""``p``: what is known, what is weak, when was studied, and how well one judges oneself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from studyapp.desk import Desk
from studyapp.screens.key_line import KeyLine
from studyapp.screens.results import bars
from studyapp.study.mastery import Mastery
from studyapp.study.result import coverage
from studyapp.widgets.bars import Bars
from studyapp.widgets.calibration import Calibration
from studyapp.widgets.heat_map import HeatMap


class ProgressScreen(Screen[None]):
    """Everything that is remembered, as something to look at."""

    CSS_PATH = "progress.tcss"
    AUTO_FOCUS = "#all"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    def __init__(self, desk: Desk, known: Mastery) -> None:
        super().__init__()
        self._desk = desk
        self._known = known

    def compose(self) -> ComposeResult:
        """From the whole to the parts."""
        known, course = self._known, self._desk.course
        yield Static("Progress", id="title")
        with VerticalScroll(id="all"):
            yield Static(_summary(known, len(course.questions)))
            yield Static(Content.styled("Exam domains", "bold"), classes="heading")
            yield Bars(bars(known.domains))
            yield Static(Content.styled("Topics", "bold"), classes="heading")
            yield Bars(bars(known.topics))
            yield Static(Content.styled("How sure, and how right", "bold"), classes="heading")
            yield _calibration(known)
            yield Static(Content.styled("Days", "bold"), classes="heading")
            yield _days(known, self._desk)
            yield Static(_misconceptions(known, self._desk), classes="heading prose")
            yield Static(Content.styled(coverage(course), "$foreground 70%"), classes="prose")
        yield KeyLine()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _summary(known: Mastery, bank: int) -> Content:
    retention = (
        ""
        if known.retention is None
        else (f" Of what came again, {round(100 * known.retention)} % was remembered.")
    )
    return Content(
        f"{round(100 * known.known_share)} % of {bank} questions known, "
        f"{len(known.due)} due today.{retention}"
    )


def _calibration(known: Mastery) -> Calibration:
    shown = Calibration()
    shown.rows = {str(name): counts for name, counts in known.calibration.items()}
    return shown


def _days(known: Mastery, desk: Desk) -> HeatMap:
    shown = HeatMap()
    shown.until = desk.now().astimezone().date()
    shown.days = known.days
    return shown


def _misconceptions(known: Mastery, desk: Desk) -> Content:
    beliefs: Mapping[str, str] = {m.id: m.correction for m in desk.course.misconceptions}
    met = [
        f"{len(ids)} ×  {beliefs[name]}"
        for name, ids in known.misconceptions.items()
        if name in beliefs
    ]
    if not met:
        return Content("")
    return Content.assemble(("Worth another look\n", "bold"), "\n".join(met[:6]))
