"""Settings of which each has a few values: one is marked, and left and right turn it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Dial:
    """One setting."""

    name: str
    label: str
    values: tuple[int, ...]
    """What it can be set to, in order."""

    unit: str = ""


class Dials(Widget, can_focus=True):
    """Dials one below another."""

    DEFAULT_CSS = """
    Dials { width: 1fr; height: auto; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("left", "turn(-1)", "less", tooltip="turn the marked setting down"),
        Binding("right", "turn(1)", "more", tooltip="turn the marked setting up"),
    ]

    marked: reactive[int] = reactive(0)
    values: reactive[Mapping[str, int]] = reactive({})
    """What each dial is set to, by name."""

    @dataclass
    class Turned(Message):
        """A setting is to be changed."""

        name: str
        value: int

    def __init__(self, dials: tuple[Dial, ...], values: Mapping[str, int]) -> None:
        super().__init__()
        self._dials = dials
        self.set_reactive(Dials.values, dict(values))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return a row for each dial."""
        return len(self._dials)

    def render(self) -> RenderResult:
        """Draw each dial with its value between what it could be."""
        room = max(len(dial.label) for dial in self._dials)
        lines = []
        for number, dial in enumerate(self._dials):
            is_marked = number == self.marked
            value = self.values.get(dial.name)
            shown = "·" if value is None else f"{value:,}"
            lines.append(
                Content.assemble(
                    ("▸ " if is_marked else "  ", "bold $text-accent"),
                    (f"{dial.label:<{room}}  ", "bold" if is_marked else ""),
                    ("◀ ", "$text-accent" if self._beside(dial, -1) is not None else "$panel"),
                    (f"{shown:>6}", "bold"),
                    (" ▶", "$text-accent" if self._beside(dial, 1) is not None else "$panel"),
                    (f"  {dial.unit}", "$text-muted"),
                )
            )
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Mark the dial under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._dials):
            self.marked = offset.y

    def action_move(self, step: int) -> None:
        """Mark the next dial, or the one before."""
        self.marked = (self.marked + step) % len(self._dials)

    def action_turn(self, step: int) -> None:
        """Ask for the next value of the marked dial; what comes of it is told by ``values``."""
        dial = self._dials[self.marked]
        value = self._beside(dial, step)
        if value is not None:
            self.post_message(self.Turned(dial.name, value))

    def _beside(self, dial: Dial, step: int) -> int | None:
        """Return the next value above or below what a dial is set to."""
        now = self.values.get(dial.name)
        if now is None:
            return dial.values[0]
        further = [value for value in dial.values if (value > now if step > 0 else value < now)]
        if not further:
            return None
        return further[0] if step > 0 else further[-1]
