"""What a lab asks before its editor: which of four changes mends this?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.screens.lab_words import prose_hung
from studyapp.study.labs import Lab
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.page import Page
from studyapp.widgets.prose import LONGEST_LINE, prose_lines


class LabQuestionScreen(Screen[int]):
    """The story and the question; ends with the place of the option that is chosen, from 0."""

    CSS_PATH = "lab.tcss"
    AUTO_FOCUS = "Page"
    FURTHER_KEYS = (("↑ ↓", "scroll"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number),
                f"choose({number})",
                "choose" if number == 1 else "",
                key_display="1-4" if number == 1 else None,
                show=number == 1,
                tooltip="choose a change" if number == 1 else "",
            )
            for number in range(1, 5)
        ),
        Binding("enter", "answer", "answer", tooltip="answer; it is kept"),
        Binding("question_mark,f1", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "back", tooltip="leave the lab"),
    ]

    chosen: var[int | None] = var(None)
    next_words: var[str] = var("which change mends this?")
    next_key: var[str] = var("1-4")

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab

    def compose(self) -> ComposeResult:
        """The lab's name, its story with the question, and what to do."""
        title = Content.assemble(("Lab", "bold"), f"   {self._lab.title}")
        yield Static(title, id="title")
        yield Page()
        yield NextStep(id="next").data_bind(
            text=LabQuestionScreen.next_words, key=LabQuestionScreen.next_key
        )
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the question."""
        self.query_one(Page).show(self._lines)

    def watch_chosen(self) -> None:
        """Mark the option that is chosen."""
        if self.chosen is not None:
            self.query_one(Page).show(self._lines, from_top=False)
            self.next_words, self.next_key = "answer", "enter"
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer once something is chosen; choose what there is."""
        if action == "choose":
            return int(str(parameters[0])) <= len(self._lab.question.options)
        return self.chosen is not None if action == "answer" else True

    def action_choose(self, number: int) -> None:
        """Choose an option, by its number from 1."""
        self.chosen = number - 1

    def action_answer(self) -> None:
        """Answer with what is chosen."""
        if self.chosen is not None:
            self.dismiss(self.chosen)

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_leave(self) -> None:
        """Leave the lab without an answer."""
        self.dismiss(None)

    def _lines(self, width: int) -> Iterator[Content]:
        room = min(width, LONGEST_LINE)
        lab = self._lab
        yield from prose_lines(lab.story, room)
        yield Content()
        yield from prose_hung("Goal  ", "bold $text-accent", lab.goal, room)
        yield Content()
        yield from prose_lines(lab.question.stem, room)
        yield Content()
        for place, option in enumerate(lab.question.options):
            is_chosen = place == self.chosen
            head = f"{'●' if is_chosen else ' '} {place + 1}  "
            style = "bold" if is_chosen else ""
            yield from prose_hung(head, "bold $text-accent", option.text, room, style)
