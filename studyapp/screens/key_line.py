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

ALWAYS_SHOWN = ("question_mark", "ctrl+q")
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
        self.keys = tuple(
            (binding.key, self.app.get_key_display(binding), binding.description)
            for _, binding, enabled, _ in screen.active_bindings.values()
            if binding.show and enabled
        )

    def render(self) -> RenderResult:
        """Return as many keys as fit, the indispensable ones among them."""
        parts: list[tuple[str, str] | str] = []
        for _, display, word in self._fitting():
            parts += [(display, "bold $text-accent"), f" {word}  "]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        right = self.gutter.left
        for key, display, word in self._fitting():
            right += len(display) + len(word) + 3
            if event.x < right:
                self.app.simulate_key(key)
                return

    def _fitting(self) -> list[tuple[str, str, str]]:
        room = self.content_size.width + 2
        fitting = list(self.keys)
        while sum(len(shown) + len(word) + 3 for _, shown, word in fitting) > room:
            spare = [entry for entry in fitting if entry[0] not in ALWAYS_SHOWN]
            if not spare:
                break
            fitting.remove(spare[-1])
        return fitting
