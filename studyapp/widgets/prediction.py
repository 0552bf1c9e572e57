"""A prediction: options of which one is chosen, or a number that is typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.study.walkthrough import PredictStep
from studyapp.widgets.prose import LONGEST_LINE, inline

LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Guess:
    """What is shown of a prediction."""

    step: PredictStep

    chosen: int | None = None
    """The place of the option, from 0."""

    typed: str = ""
    """The number, as far as it is typed."""

    @property
    def prediction(self) -> float | None:
        """What is predicted; None as long as nothing is."""
        if self.step.is_choice:
            return None if self.chosen is None else float(self.chosen)
        try:
            return float(self.typed)
        except ValueError:
            return None


class Prediction(Widget):
    """Shows a guess; a click on an option says which."""

    DEFAULT_CSS = """
    Prediction { width: 1fr; height: auto; }
    """

    guess: reactive[Guess | None] = reactive(None, layout=True)

    class Picked(Message):
        """An option was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """As it is shown, from 1."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as there are."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Return the options, or the number."""
        lines = self._lines(self.content_size.width)
        return Content("\n").join([line for _, line in lines])

    def on_click(self, event: events.Click) -> None:
        """Say which option is under the mouse."""
        offset = event.get_content_offset(self)
        lines = self._lines(self.content_size.width)
        if offset is not None and offset.y < len(lines) and lines[offset.y][0]:
            self.post_message(self.Picked(lines[offset.y][0]))

    def _lines(self, width: int) -> list[tuple[int, Content]]:
        return list(guess_lines(self.guess, width)) if self.guess is not None else []


def guess_lines(guess: Guess, width: int) -> Iterator[tuple[int, Content]]:
    """Yield each line with the number of its option, 0 for none."""
    if not guess.step.is_choice:
        unit = f" {guess.step.unit}" if guess.step.unit else ""
        yield (
            0,
            Content.assemble(
                "Your number:  ", (f" {guess.typed or ' '} ", "bold reverse"), (unit, "")
            ),
        )
        return
    room = max(8, min(width, LONGEST_LINE) - 5)
    for place, option in enumerate(guess.step.options):
        is_chosen = place == guess.chosen
        style = "bold" if is_chosen else ""
        head = Content.assemble(
            ("● " if is_chosen else "  ", "bold $text-accent"),
            (f"{place + 1}  ", "bold $text-accent"),
        )
        for number, part in enumerate(inline(option).wrap(room)):
            indent = head if not number else Content(" " * head.cell_length)
            yield place + 1, Content.assemble(indent, part.rstrip().stylize(style))
