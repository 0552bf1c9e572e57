"""``o``: the architectures, to choose one from."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.widgets.menu import Menu, MenuRow


class ChoosingScreen(Dialog[str]):
    """Lists the architectures, each with its key; the choice opens a fresh sandbox."""

    AUTO_FOCUS = "Menu"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "back", priority=True, tooltip="go back"),
    ]

    def __init__(self, shown: str) -> None:
        """Take the name of the architecture that is shown now."""
        super().__init__()
        self._shown = shown

    def compose(self) -> ComposeResult:
        """The list, and what becomes of the sandbox."""
        with Vertical(classes="dialog choosing") as box:
            box.border_title = "choose an architecture"
            menu = Menu()
            menu.rows = tuple(
                MenuRow(str(number), name, name, None, make_topology(name).summary)
                for number, name in enumerate(TOPOLOGY_NAMES, 1)
            )
            menu.cursor = TOPOLOGY_NAMES.index(self._shown)
            yield menu
            yield Static("It opens in a fresh sandbox; what is in this one is thrown away.")
        yield KeyLine()

    @on(Menu.Chosen)
    def _choose(self, message: Menu.Chosen) -> None:
        self.dismiss(message.name)
