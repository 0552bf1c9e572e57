"""The footer: every key that works here and now, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

ALWAYS_SHOWN = ("question_mark",)
"""Keys that keep their place when there is not room for all."""


class KeyLine(Widget):
    """Keys with a word for each; a click on one presses it. What does not fit is under ``?``."""

    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        width: 1fr;
        height: 1;
        padding: 0 1;
        background: $panel;
        text-wrap: nowrap;
    }
    """

    keys: reactive[tuple[tuple[str, str, str], ...]] = reactive(())
    """For each key: its name, how it is shown, and its word."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self.read_keys)
        self.read_keys(self.screen)

    def read_keys(self, screen: Screen[object]) -> None:
        """Read which keys work now."""
        if screen is not self.screen:
            return
        shown: dict[str, tuple[str, str, str]] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if binding.show and enabled:
                display = self.app.get_key_display(binding)
                shown.setdefault(binding.action, (binding.key, display, binding.description))
        self.keys = tuple(sorted(shown.values(), key=lambda entry: entry[0] == "escape"))

    def render(self) -> RenderResult:
        """Return as many keys as fit, the indispensable ones among them."""
        keys, gap = self._fitting()
        parts: list[tuple[str, str] | str] = []
        for _, display, word in keys:
            parts += [(display, "bold $text-accent"), f" {word}{' ' * gap}"]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        keys, gap = self._fitting()
        right = self.gutter.left
        for key, display, word in keys:
            right += len(display) + 1 + len(word) + gap
            if event.x < right:
                self.app.simulate_key(key)
                return

    def _fitting(self) -> tuple[list[tuple[str, str, str]], int]:
        """Return the keys that fit, and the gap between them."""
        fitting = list(self.keys)
        while True:
            length = sum(len(display) + 1 + len(word) for _, display, word in fitting)
            for gap in (3, 2, 1):
                if length + gap * (len(fitting) - 1) <= self.content_size.width:
                    return fitting, gap
            spare = [entry for entry in fitting if entry[0] not in ALWAYS_SHOWN]
            if not spare:
                return fitting, 1
            fitting.remove(spare[-1])
