"""Look-ups as a front end would do them, and the one that it should not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pipeline.events import ItemsRead
from pipeline.words import counted
from studyapp import commands as c
from studyapp import reports as r
from studyapp.explanations import LOOK_UPS
from studyapp.screens.dialogs import Choices, ListeningDialog
from studyapp.screens.help import explained
from studyapp.screens.key_line import KeyLine

_WHY = {
    "GetItem": "GetItem reads one item by its key, however large the table is.",
    "Query": "Query reads only what matches, from the index, newest first.",
    "Scan": "Scan reads, and bills, every item of the table, then returns what is asked for.",
}

_WHY_NOT_SCAN = (
    "Scan reads every item of the table and you pay for each, also for those that a filter then "
    "leaves out. GetItem reads one, Query reads the matches. The front end's role allows only "
    "these two, so that nobody scans by mistake: least privilege guards the bill as well."
)


class LookUpsScreen(ListeningDialog):
    """Three ways to read the table, and what each cost."""

    AUTO_FOCUS = "Choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "explain", "why"),
    ]

    def __init__(
        self, ask: Callable[[c.Command], None], photos: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__()
        self._ask = ask
        self._choices: tuple[tuple[str, c.Command], ...] = (
            *((f"GetItem  the item of {key}", c.LookUpItem(image)) for key, image in photos[:5]),
            *((("GetItem  an item that is not there", c.LookUpItem("0" * 64)),) * (not photos)),
            ("Query    the failed ones, by the index", c.LookUpFailed()),
            ("Scan     everything: why not?", c.ScanItems()),
        )

    def compose(self) -> ComposeResult:
        """Place the choices above the answer."""
        with Vertical(classes="dialog lookups") as box:
            box.border_title = "look up, as the front end"
            yield Choices(*(Option(Content(words)) for words, _ in self._choices))
            with VerticalScroll(id="answer"):
                yield Static(explained(LOOK_UPS))
        yield KeyLine()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Make the call."""
        self._ask(self._choices[event.option_index][1])

    def action_explain(self) -> None:
        """Explain look-ups again."""
        self._answer(explained(LOOK_UPS))

    def take(self, report: r.Report) -> None:
        """Show what was read, or the refusal."""
        match report:
            case r.Happened(happened):
                for event in happened:
                    if isinstance(event, ItemsRead):
                        self._answer(read_text(event))
            case r.CommandRefused(command, sentence, code):
                self._answer(_refused_text(command, sentence, code))

    def _answer(self, text: Content) -> None:
        self.query_one("#answer > Static", Static).update(text)
        self.query_one("#answer").scroll_home(animate=False)


def read_text(event: ItemsRead) -> Content:
    """Return what a look-up read and returned."""
    items = json.dumps(list(event.items), indent=2, ensure_ascii=False, default=str)
    return Content.assemble(
        (f"✓ {event.operation}", "bold $text-success"),
        f"  Count {event.count}, ScannedCount {event.scanned}: "
        f"{counted(event.scanned, 'item')} read to return {event.count}.\n",
        (f"{_WHY.get(event.operation, '')}\n\n", "$text-muted"),
        items if event.items else "Nothing matches.",
    )


def _refused_text(command: c.Command, sentence: str, code: str) -> Content:
    parts: list[tuple[str, str] | str] = [
        (f"✗ {code or 'refused'}\n", "bold $text-error"),
        f"{sentence}\n",
    ]
    if isinstance(command, c.ScanItems):
        parts += [
            ("\nWhy not Scan\n", "bold"),
            _WHY_NOT_SCAN,
        ]
    return Content.assemble(*parts)
