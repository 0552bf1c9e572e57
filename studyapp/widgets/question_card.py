"""A question: its stem, its options, and once it is answered the rationale of every option.

The card shows what it is given and says which option was clicked; what is chosen, struck out or
revealed is the session's to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from studyapp.study.course import Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a question."""

    question: Question

    order: tuple[int, ...]
    """The places of the options as written, in the order in which they are shown."""

    chosen: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    """Places as written, like those chosen."""

    cursor: int | None = None
    """The option that keys without a number are about, by its place as written."""

    is_revealed: bool = False
    """Whether key and rationales are shown."""

    is_hinted: bool = False

    evidence: Mapping[int, str] = field(default_factory=dict)
    """What the experiment showed of an option, by its place as written."""

    @property
    def takes_one(self) -> bool:
        """Whether one option is chosen, so that another choice replaces it."""
        return self.question.kind is QuestionKind.MULTIPLE_CHOICE


class OptionRow(Horizontal):
    """One option, its words in a column of their own; a click on it says so."""

    DEFAULT_CSS = """
    OptionRow {
        width: 100%;
        height: auto;
        padding: 0 1;
        &:hover { background: $surface; }

        .mark { width: 7; height: auto; }
        .words { width: 1fr; height: auto; }
    }
    """

    class Clicked(Message):
        """An option was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, number: int) -> None:
        self._mark = Static(classes="mark")
        self._words = Static(classes="words")
        super().__init__(self._mark, self._words)
        self.number = number
        """As shown, from 1."""

    def show(self, card: Card) -> None:
        """Show the option that stands in this row."""
        place = card.order[self.number - 1]
        mark, style = option_mark(card, place)
        pointer = "▸" if place == card.cursor and not card.is_revealed else " "
        number = (f"{self.number}  ", "bold $text-accent")
        _renew(self._mark, Content.assemble(pointer, number, (mark, style)))
        _renew(self._words, option_words(card, place))

    def on_click(self, event: events.Click) -> None:
        """Say which option it is."""
        event.stop()
        self.post_message(self.Clicked(self.number))


class QuestionCard(VerticalScroll, can_focus=False):
    """The question at hand."""

    DEFAULT_CSS = """
    QuestionCard {
        padding: 0 1;
        scrollbar-size-vertical: 1;

        #stem { max-width: 78; height: auto; padding: 1 0; }
        #options { height: auto; }
        #after { max-width: 78; height: auto; padding: 1 0; color: $foreground 80%; }
        OptionRow { max-width: 78; }
    }
    """

    card: reactive[Card | None] = reactive(None, init=False)

    class Picked(Message):
        """An option was picked with the mouse."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """As shown, from 1."""

    def compose(self) -> ComposeResult:
        """The stem, then the options, then what is said after them."""
        yield Static(id="stem")
        yield Vertical(id="options")
        yield Static(id="after")

    def on_mount(self) -> None:
        """Show what was set before there was a place for it."""
        self._show(None, self.card)

    def watch_card(self, before: Card | None, card: Card | None) -> None:
        """Show another question, or the same in another state."""
        if self.is_mounted:
            self._show(before, card)

    @on(OptionRow.Clicked)
    def _pick(self, message: OptionRow.Clicked) -> None:
        message.stop()
        self.post_message(self.Picked(message.number))

    def _show(self, before: Card | None, card: Card | None) -> None:
        stem = Content(card.question.stem.strip()) if card else Content("")
        _renew(self.query_one("#stem", Static), stem)
        _renew(self.query_one("#after", Static), after_text(card) if card else Content(""))
        options = self.query_one("#options")
        rows = list(options.query(OptionRow))
        wanted = len(card.order) if card else 0
        for row in rows[wanted:]:
            row.remove()
        rows = [*rows[:wanted], *(OptionRow(n + 1) for n in range(len(rows), wanted))]
        options.mount_all(row for row in rows if not row.is_attached)
        if card is not None:
            for row in rows:
                row.show(card)
        if before is None or card is None or before.question is not card.question:
            self.scroll_home(animate=False)


def _renew(static: Static, content: Content) -> None:
    """Show a text unless it stands there already: most of a card stays as it is at a key press."""
    shown = static.content
    if not (isinstance(shown, Content) and shown.is_same(content)):
        static.update(content)


def option_mark(card: Card, place: int) -> tuple[str, str]:
    """Return an option's mark and its style; the mark tells as much as the colour."""
    is_chosen = place in card.chosen
    if card.is_revealed:
        if card.question.options[place].is_key:
            return ("✓" if is_chosen else "○"), "bold $text-success"
        return ("✗" if is_chosen else " "), ("bold $text-error" if is_chosen else "")
    if card.takes_one:
        return ("●" if is_chosen else "·"), ("bold" if is_chosen else "")
    return ("■" if is_chosen else "□"), ("bold" if is_chosen else "")


def option_words(card: Card, place: int) -> Content:
    """Return an option's text, and once it is revealed what is said of it."""
    option = card.question.options[place]
    _, style = option_mark(card, place)
    if not card.is_revealed:
        is_struck = place in card.struck
        return Content.styled(option.text, "strike $foreground 50%" if is_struck else style)
    verdict = "right" if option.is_key else "wrong"
    chosen = ", your choice" if place in card.chosen else ""
    parts: list[Content | tuple[str, str] | str] = [
        (f"{option.text}\n", style),
        (f"{verdict}{chosen}: ", style or "bold"),
        (option.rationale, "$foreground 80%"),
    ]
    if place in card.evidence:
        parts.append((f"\nproved: {card.evidence[place]}", "$text-accent"))
    return Content.assemble(*parts, "\n")


def after_text(card: Card) -> Content:
    """Return what is said below the options."""
    return Content("\n\n").join(_after(card))


def _after(card: Card) -> Iterator[Content]:
    question = card.question
    if card.is_hinted:
        yield Content.assemble(("Hint  ", "bold"), question.hint)
    if card.is_revealed:
        places = "\n".join(
            f"{reference.url} (checked {reference.checked})" for reference in question.references
        )
        yield Content.assemble(("Read  ", "bold"), (places, "$text-muted"))
