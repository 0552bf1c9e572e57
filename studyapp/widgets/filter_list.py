"""A list of rows in columns that is filtered by typing; ten thousand rows are no burden."""

from __future__ import annotations

from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static

from studyapp.widgets.filter_rows import MountedRows, Row, natural_widths
from studyapp.widgets.text_lines import one_line

__all__ = ["FilterList", "Row", "count_words"]


class FilterList(Vertical, can_focus=True):
    """The list; ``/`` opens the filter above it, ``esc`` clears and then closes it."""

    DEFAULT_CSS = """
    FilterList {
        & > Input { display: none; height: 1; border: none; padding: 0 1; }
        &.-filtering > Input { display: block; }
        & > #count {
            height: 1;
            padding: 0 1;
            color: $foreground 70%;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        & > MountedRows {
            height: 1fr;
            background: $background;
            text-wrap: nowrap;
            scrollbar-gutter: stable;
            scrollbar-size-vertical: 1;
        }
        & > MountedRows:nocolor > .option-list--option-highlighted { text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", tooltip="show the rows that have every word"),
        Binding("escape", "end_filter", "end filter", tooltip="clear the filter, then close it"),
        Binding("down", "point(1)", show=False),
        Binding("up", "point(-1)", show=False),
    ]

    rows: reactive[tuple[Row, ...]] = reactive(())

    class Chosen(Message):
        """A row is to be opened."""

        def __init__(self, id: str) -> None:  # noqa: A002 (the row's own name for it)
            super().__init__()
            self.id = id

    class Pointed(Message):
        """The mark stands on a row."""

        def __init__(self, id: str) -> None:  # noqa: A002 (the row's own name for it)
            super().__init__()
            self.id = id
            """Empty when there is no row."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 (Textual's name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._texts: tuple[str, ...] = ()
        self._natural: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        """The filter, the list, and how many rows there are."""
        yield Input(placeholder="words · enter keeps the filter · esc ends it", compact=True)
        yield MountedRows()
        yield Static(id="count")

    def on_mount(self) -> None:
        """Show what was set before there was a place for it."""
        self._take()

    def allow_focus(self) -> bool:
        """Take the focus only to hand it to the list, and not when it comes back from there."""
        return self.can_focus and not self.has_focus_within

    def on_focus(self) -> None:
        """Hand the focus to the list, which has the keys."""
        self.focus()

    def focus(self, scroll_visible: bool = True) -> Self:  # noqa: FBT001, FBT002 (an override)
        """Focus the list: what is around it takes no keys."""
        self.query_one(MountedRows).focus(scroll_visible)
        return self

    def watch_rows(self) -> None:
        """Show other rows."""
        if self.is_mounted:
            self._take()

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that the filter lets through."""
        return self.query_one(MountedRows).passed

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave ``esc`` to the screen while nothing is filtered, and ``/`` to the filter's text."""
        if action == "end_filter":
            return self.has_class("-filtering")
        return not (action == "filter" and self.query_one(Input).has_focus)

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_end_filter(self) -> None:
        """Clear the filter; close it when it is clear."""
        field = self.query_one(Input)
        if field.value:
            field.value = ""
            return
        self.query_one(MountedRows).focus()
        self.remove_class("-filtering")

    def action_point(self, step: int) -> None:
        """Move the highlight while the filter is typed."""
        listed = self.query_one(MountedRows)
        if step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self._filter(message.value)

    @on(Input.Submitted)
    def _keep(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one(MountedRows).focus()

    @on(OptionList.OptionSelected)
    def _select(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.post_message(self.Chosen(self.shown[message.option_index].id))

    @on(OptionList.OptionHighlighted)
    def _highlight(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        if message.option_index < len(self.shown):
            self.post_message(self.Pointed(self.shown[message.option_index].id))

    def _take(self) -> None:
        """Read the rows anew."""
        self._texts = tuple("\n".join(row.columns).casefold() for row in self.rows)
        self._natural = natural_widths(self.rows)
        self._filter(self.query_one(Input).value, is_new=True)

    def _filter(self, text: str, *, is_new: bool = False) -> None:
        words = text.casefold().split()
        passed = tuple(
            row
            for row, said in zip(self.rows, self._texts, strict=True)
            if all(word in said for word in words)
        )
        listed = self.query_one(MountedRows)
        if is_new or passed != listed.passed:
            listed.show(passed, self._natural)
            if not passed:
                self.post_message(self.Pointed(""))
        self.query_one("#count", Static).update(count_words(len(passed), len(self.rows), text))


def count_words(shown: int, total: int, text: str) -> str:
    """Return how many rows are shown, and how to change that."""
    if not text.strip():
        return f"{shown:,} of {total:,} · / filters"
    if not shown:
        return f"0 of {total:,} · nothing has every word of “{one_line(text)}” · esc clears it"
    return f"{shown:,} of {total:,} with “{one_line(text)}” · esc clears it"
