"""What dialogs have in common: they lie over a screen, and ``esc`` ends them."""

from __future__ import annotations

from typing import ClassVar, Protocol, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList

from studyapp.reports import Report

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A dialog; ``esc`` ends it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "back", tooltip="go back"),
    ]

    def action_give_up(self) -> None:
        """Go back without an answer."""
        self.dismiss(None)


class Listener(Protocol):
    """A screen over another one that hears what the sandbox's thread reports."""

    def take(self, report: Report) -> None:
        """Act on a report."""


class ListeningDialog(Dialog[None]):
    """A dialog that hears what the sandbox's thread reports."""

    def take(self, report: Report) -> None:
        """Act on a report."""


class Choices(OptionList):
    """A list of which enter chooses one, and the footer says so."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "choose")]
