"""An experiment as it happens: its claim, each call, each observation, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from studyapp.widgets.text_lines import Piece, fitted, hung, joined, one_line

_ACTOR = 9
_CALL = 27
_OUTCOME = 16
_DETAIL = 40
"""Cells that a call's detail has at least where it stands beside the call."""

_WIDEST = 120
_PROSE = 80


class Call(Protocol):
    """One thing that was done."""

    @property
    def actor(self) -> str: ...  # noqa: D102
    @property
    def call(self) -> str: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def is_refused(self) -> bool: ...  # noqa: D102


class Observation(Protocol):
    """What was looked for, and whether it was seen."""

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def seen(self) -> str: ...  # noqa: D102
    @property
    def holds(self) -> bool: ...  # noqa: D102


class Stage(Enum):
    """How far an experiment is."""

    NONE = ""
    WAITING = "◌ opening a sandbox …"
    RUNNING = "● running …"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is shown of an experiment."""

    stage: Stage = Stage.NONE
    claim: str = ""

    entries: tuple[Call | tuple[Observation, str], ...] = ()
    """What happened, in order; an observation with the options that it is about, in words."""

    holds: bool = False
    words: str = ""
    """The closing verdict, or why it failed."""

    def with_entry(self, entry: Call | tuple[Observation, str]) -> Proof:
        """Return the proof with one thing more that happened."""
        return replace(self, stage=Stage.RUNNING, entries=(*self.entries, entry))


class ProofText(Widget):
    """The proof as it is drawn."""

    DEFAULT_CSS = """
    ProofText { width: 1fr; height: auto; }
    """

    proof: reactive[Proof] = reactive(Proof(), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return as many lines as the proof needs."""
        return proof_text(self.proof, width).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the proof as wide as there is room."""
        return proof_text(self.proof, self.content_size.width)


class ProofView(VerticalScroll, can_focus=True):
    """One experiment; the newest line stays in sight until somebody scrolls away from it."""

    DEFAULT_CSS = """
    ProofView {
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    """

    proof: reactive[Proof] = reactive(Proof())

    _follows = True
    """Whether the newest line is kept in sight."""

    def compose(self) -> ComposeResult:
        """One text; the view scrolls."""
        yield ProofText().data_bind(ProofView.proof)

    def watch_virtual_size(self) -> None:
        """Keep the newest line in sight, once there is a place for it."""
        self.call_later(self._follow)

    def on_resize(self) -> None:
        """Keep the newest line in sight."""
        self.call_later(self._follow)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow while the end is in sight, and not after somebody scrolled up."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value:
            self._follows = False
        if self.is_vertical_scroll_end:
            self._follows = True

    def _follow(self) -> None:
        if self._follows:
            self.scroll_end(animate=False, immediate=True, force=True)

    def begin(self, claim: str) -> None:
        """Show a claim whose experiment is about to run, and nothing of the one before."""
        self.proof = Proof(Stage.WAITING, claim)
        if self.is_attached:
            self.scroll_home(animate=False, immediate=True, force=True)
        self._follows = True

    def add_call(self, call: Call) -> None:
        """Show a call that was made."""
        self.proof = self.proof.with_entry(call)

    def add_observation(self, observation: Observation, options_words: str = "") -> None:
        """Show what was observed, and in words which options that confirms or refutes."""
        self.proof = self.proof.with_entry((observation, options_words))

    def end(self, holds: bool, words: str) -> None:  # noqa: FBT001 (what the verdict is)
        """Show the verdict."""
        self.proof = replace(self.proof, stage=Stage.DONE, holds=holds, words=words)

    def fail(self, sentence: str) -> None:
        """Show why the experiment could not be run to its end."""
        self.proof = replace(self.proof, stage=Stage.FAILED, words=sentence)


def proof_text(proof: Proof, width: int) -> Content:
    """Return a proof as text with colours, no line wider than a width in cells."""
    return joined(_lines(proof, min(width, _WIDEST)), width)


def _lines(proof: Proof, width: int) -> Iterator[Content]:
    prose = min(width, _PROSE)
    if proof.claim:
        yield from hung([("Claim  ", "bold")], proof.claim, prose)
        yield Content("")
    for entry in proof.entries:
        yield from _observed(*entry, width) if isinstance(entry, tuple) else _done(entry, width)
    if proof.entries and proof.stage is not Stage.NONE:
        yield Content("")
    if proof.stage is Stage.DONE:
        mark, style = ("✓ ", "bold $text-success") if proof.holds else ("✗ ", "bold $text-error")
        yield from hung([(mark, style)], proof.words, prose, style)
    elif proof.stage is Stage.FAILED:
        yield from hung([("✗ ", "bold $text-error")], proof.words, prose, "$text-error")
    else:
        yield Content.styled(proof.stage.value, "italic $text-muted")


def _done(call: Call, width: int) -> Iterator[Content]:
    """Return a call in columns: who, what, what came of it, on what."""
    mark, style = ("·", "$foreground 80%")
    if call.is_refused:
        mark, style = "✗", "$text-error"
    elif call.outcome == "allowed":
        mark = "✓"
    outcome = Content(one_line(f"{mark} {call.outcome}"))
    name = Content(one_line(call.call))
    who: list[Piece] = [fitted(call.actor, _ACTOR, "$text-muted"), "  "]
    has_room = name.cell_length <= _CALL and outcome.cell_length <= _OUTCOME
    if has_room and width >= _ACTOR + _CALL + _OUTCOME + 6 + _DETAIL:
        what: list[Piece] = [name.pad_right(_CALL - name.cell_length), "  "]
        came: list[Piece] = [outcome.pad_right(_OUTCOME - outcome.cell_length).stylize(style), "  "]
        yield from hung([*who, *what, *came], call.detail, width, "$foreground 70%")
        return
    if _ACTOR + 2 + name.cell_length + 2 + outcome.cell_length <= width:
        yield Content.assemble(*who, name, "  ", outcome.stylize(style))
    else:
        yield from hung(who, f"{name} {outcome}", width, style)
    if call.detail:
        yield from hung([" " * (_ACTOR + 2)], call.detail, width, "$foreground 70%")


def _observed(observation: Observation, options_words: str, width: int) -> Iterator[Content]:
    """Return an observation: whether it holds, what was looked for, what was seen."""
    holds, style = "✓ holds", "bold $text-success"
    if not observation.holds:
        holds, style = "✗ does not hold", "bold $text-error"
    yield Content("")
    yield from hung([(f"{holds}  ", style)], observation.text, min(width, _PROSE), "bold")
    if observation.seen:
        yield from hung(["  seen     "], observation.seen, width, "$foreground 80%")
    if options_words:
        yield from hung(["  options  "], options_words, width, "$text-accent")
