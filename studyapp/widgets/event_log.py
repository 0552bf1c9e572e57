"""What happened, newest at the bottom, with a filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from pipeline.events import PipelineEvent
from studyapp.widgets.event_rows import LIMIT, EventRows


class EventLog(Vertical):
    """The list of events; ``/`` filters it, ``end`` follows the newest again."""

    DEFAULT_CSS = """
    EventLog {
        & > Input { display: none; height: 1; border: none; padding: 0 1; }
        &.-filtering > Input { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("escape", "end_filter", "End filter", show=False),
    ]

    @dataclass
    class EventSelected(Message):
        """The learner went to an event, or opened it with enter."""

        log: EventLog
        event: PipelineEvent
        opened: bool = False

        @property
        def control(self) -> EventLog:
            """The log it was selected in."""
            return self.log

        def can_replace(self, message: Message) -> bool:
            """Only where the learner stopped counts."""
            return isinstance(message, EventLog.EventSelected) and not message.opened

    def __init__(
        self,
        *,
        limit: int = LIMIT,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 (Textual's name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.rows = EventRows(limit=limit)
        """The list itself: it has the keys and takes the focus."""

    def compose(self) -> ComposeResult:
        """Place the list above its filter."""
        yield self.rows
        yield Input(placeholder="filter events · enter keeps it · esc ends it", compact=True)

    def focus(self, scroll_visible: bool = True) -> Self:  # noqa: FBT001, FBT002 (an override)
        """Focus the list: the log itself takes no keys."""
        self.rows.focus(scroll_visible)
        return self

    def append(self, event: PipelineEvent) -> None:
        """Add one event at the bottom."""
        self.rows.extend((event,))

    def extend(self, events: Iterable[PipelineEvent]) -> None:
        """Add events at the bottom."""
        self.rows.extend(events)

    def clear(self) -> None:
        """Forget every event."""
        self.rows.clear()

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
        """Show every event again."""
        field = self.query_one(Input)
        field.value = ""
        self.rows.filter("")
        self.rows.focus()
        self.remove_class("-filtering")

    @on(Input.Changed)
    def _filter(self, message: Input.Changed) -> None:
        message.stop()
        self.rows.filter(message.value)

    @on(Input.Submitted)
    def _keep_filter(self, message: Input.Submitted) -> None:
        message.stop()
        self.rows.focus()

    @on(EventRows.RowSelected)
    def _select(self, message: EventRows.RowSelected) -> None:
        message.stop()
        self.post_message(self.EventSelected(self, message.row.event, message.opened))
