"""``?``: the selected thing explained, and every key of the screen beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from studyapp.explanations import Explanation
from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine

if TYPE_CHECKING:
    from textual.screen import Screen

Keys = tuple[tuple[str, str], ...]
"""For each key, how it is shown and what it does."""

_EVERYWHERE: Keys = (
    ("^p", "every command by name"),
    ("^q", "quit"),
)


def keys_of(screen: Screen[Any]) -> Keys:
    """Return the keys of a screen, whether they work just now or not.

    A screen's ``FURTHER_KEYS`` are those of its widgets.
    """
    listed: dict[str, tuple[str, str]] = {}
    for cls in type(screen).__mro__:
        for binding in Binding.make_bindings(cls.__dict__.get("BINDINGS", ())):
            if binding.tooltip:
                shown = screen.app.get_key_display(binding)
                listed.setdefault(binding.action, (shown, binding.tooltip))
    return (*listed.values(), *getattr(screen, "FURTHER_KEYS", ()), *_EVERYWHERE)


class HelpScreen(Dialog[None]):
    """One explanation and all keys."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "tour", "tour", tooltip="see the first ninety seconds again"),
        Binding("a", "fidelity", "as AWS?", tooltip="how near the sandbox is to AWS"),
        Binding("question_mark,enter", "give_up", "back", show=False),
    ]

    def __init__(self, subject: str, keys: Keys, explanation: Explanation | None = None) -> None:
        """Take what is selected, the keys of the screen beneath, and what there is to say."""
        super().__init__()
        self._subject = subject
        self._explanation = explanation
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Explain, then list the keys."""
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = "help"
            if self._explanation is not None:
                yield Static(explained(self._explanation), classes="prose")
            yield Static(_listed(self._keys), classes="prose")
        yield KeyLine()

    def action_tour(self) -> None:
        """Replay the tour."""
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "tour")

    def action_fidelity(self) -> None:
        """Show how near the sandbox comes to AWS in what is explained."""
        self.dismiss(None)
        self.app.call_later(self.app.run_action, f"fidelity({self._subject!r})")


def explained(explanation: Explanation) -> Content:
    """Return an explanation as text with colours."""
    return Content.assemble(
        (f"{explanation.title}\n", "bold $text-accent"),
        f"{explanation.what}\n\n",
        ("The exam\n", "bold"),
        f"{explanation.exam}\n\n",
        ("When it is broken\n" if explanation.is_arrow else "Who may call\n", "bold"),
        f"{explanation.callers}\n",
        (explanation.source, "$text-muted"),
    )


def _listed(keys: Keys) -> Content:
    parts: list[tuple[str, str] | str] = [("Keys\n", "bold")]
    for shown, words in keys:
        parts += [(f"{shown:>9}", "bold $text-accent"), f"  {words}\n"]
    return Content.assemble(*parts)
