"""What is bundled for an architecture, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pipeline.topology import Entry
from studyapp.screens.dialogs import Choices, Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.uploads import Sample


class SamplesScreen(Dialog[tuple[Path, ...]]):
    """Lists the samples; enter takes one, ``a`` takes them all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "all", "all"),
    ]

    def __init__(self, entry: Entry, listed: Sequence[Sample]) -> None:
        super().__init__()
        self._entry = entry
        self._samples = tuple(listed)

    def compose(self) -> ComposeResult:
        """List the samples above what the highlighted one shows."""
        with Vertical(classes="dialog samples") as box:
            box.border_title = f"{self._entry.kind} a sample"
            yield Choices(*(Option(self._row(n)) for n in range(len(self._samples))))
            yield Static(id="shows")
        yield KeyLine()

    def _row(self, number: int) -> Content:
        sample = self._samples[number]
        return Content.assemble(
            (f"{sample.path.name:<17}", "bold"), (f" {sample.title}", "$text-muted")
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what there is to see."""
        self.query_one("#shows", Static).update(Content(self._samples[event.option_index].shows))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the sample."""
        self.dismiss((self._samples[event.option_index].path,))

    def action_all(self) -> None:
        """Take every sample, one after another."""
        self.dismiss(tuple(sample.path for sample in self._samples))
