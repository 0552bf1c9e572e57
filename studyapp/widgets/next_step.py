"""One line that always names the next thing to do, with its key."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class NextStep(Widget):
    """The next thing to do: ``▸ Next  upload a photo  [u]``."""

    DEFAULT_CSS = """
    NextStep {
        width: 1fr;
        height: 1;
        padding: 0 1;
        background: $primary 25%;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    text: reactive[str] = reactive("")
    key: reactive[str] = reactive("")

    def __init__(
        self,
        text: str = "",
        key: str = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 (Textual's name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(NextStep.text, text)
        self.set_reactive(NextStep.key, key)

    def render(self) -> RenderResult:
        """Return the line, empty while there is nothing to do."""
        if not self.text:
            return Content("")
        parts: list[tuple[str, str] | str] = [("▸ Next  ", "bold"), self.text]
        if self.key:
            parts.append((f"  [{self.key}]", "bold $text-accent"))
        return Content.assemble(*parts)
