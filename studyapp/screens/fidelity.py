"""``a``: how near the sandbox comes to AWS, behaviour by behaviour, as contract tests prove it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from pipeline.behaviours import SERVICES, VERDICTS, Behaviour
from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp.screens.dialogs import Dialog
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.key_line import KeyLine
from studyapp.widgets.filter_list import FilterList, Row

_SERVICE_OF_KIND = {
    "bucket": "s3",
    "queue": "sqs",
    "topic": "sns",
    "bus": "events",
    "table": "dynamodb",
    "stream": "streams",
    "function": "lambda",
}
_MARKS = {"as AWS": "✓", "corrected": "✓", "simplified": "~", "not modelled": "✗"}
_ALL = ""


class FidelityScreen(Screen[None]):
    """Every behaviour, those of one service first; what the marked one is about stands below."""

    CSS_PATH = "fidelity.tcss"
    AUTO_FOCUS = "FilterList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "next_service", "service", tooltip="only one service, each in turn"),
        Binding("v", "next_verdict", "verdict", tooltip="only one verdict, each in turn"),
        Binding("c", "copy", "copy", tooltip="copy the address at AWS"),
        Binding("question_mark", "help", "help", tooltip="all keys"),
        Binding("escape", "leave", "back", tooltip="go back"),
    ]

    def __init__(self, table: Iterable[Behaviour], first: str = "") -> None:
        """Show a table.

        Args:
            table: Its rows, in order.
            first: The service whose rows come before the others; empty for none.
        """
        super().__init__()
        self._table = tuple(sorted(table, key=lambda row: row.service != first))
        self._services = (_ALL, *dict.fromkeys(row.service for row in self._table))
        self._service, self._verdict = _ALL, _ALL
        self._marked: Behaviour | None = None

    def compose(self) -> ComposeResult:
        """The list above, what the marked row says below."""
        yield Static(id="title")
        yield FilterList()
        yield Static(id="told")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show every row."""
        self._list()

    def action_next_service(self) -> None:
        """Show the next service alone, after the last one all."""
        self._service = _following(self._services, self._service)
        self._list()

    def action_next_verdict(self) -> None:
        """Show the next verdict alone, after the last one all."""
        self._verdict = _following((_ALL, *VERDICTS), self._verdict)
        self._list()

    def action_copy(self) -> None:
        """Copy the address at which AWS documents the marked behaviour."""
        if self._marked is not None:
            self.app.copy_to_clipboard(self._marked.address)
            self.notify("The address is in the clipboard.")

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(HelpScreen("", keys_of(self)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    @on(FilterList.Pointed)
    def _point(self, message: FilterList.Pointed) -> None:
        self._marked = self._table[int(message.id)] if message.id else None
        told = told_of(self._marked) if self._marked is not None else Content("")
        self.query_one("#told", Static).update(told)

    @on(FilterList.Chosen)
    def _open(self, message: FilterList.Chosen) -> None:
        self.app.push_screen(BehaviourScreen(self._table[int(message.id)]))

    def _list(self) -> None:
        service = SERVICES.get(self._service, "every service")
        verdict = self._verdict or "every verdict"
        self.query_one("#title", Static).update(f"How near to AWS   {service} · {verdict}")
        self.query_one(FilterList).rows = tuple(
            row_of(number, row)
            for number, row in enumerate(self._table)
            if self._service in {_ALL, row.service} and self._verdict in {_ALL, row.verdict}
        )


class BehaviourScreen(Dialog[None]):
    """One behaviour with everything about it."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy", tooltip="copy the address at AWS"),
        Binding("enter", "give_up", "back", show=False),
    ]

    def __init__(self, row: Behaviour) -> None:
        super().__init__()
        self._row = row

    def compose(self) -> ComposeResult:
        """The same words as below the list, with room for all of them."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = SERVICES[self._row.service]
            yield Static(told_of(self._row), classes="prose")
        yield KeyLine()

    def action_copy(self) -> None:
        """Copy the address."""
        self.app.copy_to_clipboard(self._row.address)
        self.notify("The address is in the clipboard.")


def row_of(number: int, row: Behaviour) -> Row:
    """Return a behaviour as a row: service, verdict, and what AWS does."""
    verdict = f"{_MARKS[row.verdict]} {row.verdict}"
    return Row(str(number), (SERVICES[row.service], verdict, row.behaviour))


def told_of(row: Behaviour) -> Content:
    """Return all about a behaviour: what AWS does, what differs here, and where to check."""
    return Content.assemble(
        (f"{row.behaviour}.\n", "bold"),
        f"{_MARKS[row.verdict]} {row.verdict}{f': {row.note}' if row.note else ''}\n",
        (row.address, "$text-muted"),
    )


def service_of(subject: str) -> str:
    """Return the service of a node or of what an arrow calls, by name; empty when it has none."""
    if subject in SERVICES:
        return subject
    for topology in map(make_topology, TOPOLOGY_NAMES):
        for node in topology.nodes:
            if node.name == subject:
                return _SERVICE_OF_KIND[node.kind]
        for arrow in topology.arrows:
            if arrow.name == subject:
                service = arrow.actions[0].partition(":")[0]
                return service if service in SERVICES else ""
    return ""


def _following(values: tuple[str, ...], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)]
