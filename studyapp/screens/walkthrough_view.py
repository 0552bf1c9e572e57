"""How a chapter's step looks: its text, the architecture, and what was called."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from studyapp import walk_words as words
from studyapp.desk import Desk
from studyapp.screens.key_line import KeyLine
from studyapp.screens.walkthrough_keys import WalkthroughKeys
from studyapp.sizes import WIDE_COLUMNS, WIDE_ROWS
from studyapp.study.walk_payload import shown_of
from studyapp.study.walk_progress import StepDone
from studyapp.study.walkthrough import (
    Chapter,
    CheckStep,
    ExplainStep,
    ObserveStep,
    PredictStep,
    RunStep,
    Step,
)
from studyapp.walk_question import Asked
from studyapp.walking import Walking
from studyapp.widgets.hop_view import HopView
from studyapp.widgets.marked_view import MarkedView
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.pipeline_diagram import PipelineDiagram
from studyapp.widgets.prediction import Guess, Prediction
from studyapp.widgets.prose import Prose
from studyapp.widgets.question_card import QuestionCard

KINDS = ("read", "predict", "run", "observe", "explain", "check")


class WalkthroughView(WalkthroughKeys):
    """Shows what is known of a chapter."""

    CSS_PATH = "walkthrough.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(WIDE_COLUMNS, "-wide")]
    VERTICAL_BREAKPOINTS = [(WIDE_ROWS, "-tall")]

    next_words: var[str] = var("")
    next_key: var[str] = var("")

    def __init__(
        self,
        desk: Desk,
        chapter: Chapter,
        done: dict[str, StepDone],
        following: Chapter | None = None,
    ) -> None:
        """Go on with a chapter.

        Args:
            desk: Where answers and steps are kept.
            chapter: The chapter.
            done: The steps of it that are done, by id.
            following: The chapter that is offered at the end.
        """
        super().__init__()
        self.walking = Walking(chapter, done)
        self.asked: Asked | None = None
        self.desk = desk
        self.following = following
        self.guesses: dict[str, Guess] = {}
        self.running: dict[str, int] = {}
        """How many events have happened in the runs under way, by the step's id."""

        self.broken_off: dict[str, str] = {}
        """Why runs broke off, by the step's id."""

        self.player: Timer | None = None
        """While calls pass before the eye."""

        self._questions: dict[str, Asked] = {}

    def compose(self) -> ComposeResult:
        """Text, architecture, and what was called."""
        yield Static(id="title")
        with Container(id="stage"):
            with Container(id="left"):
                with VerticalScroll(id="page", can_focus=False):
                    yield Prose(id="verdict")
                    yield Prose(id="prose")
                    yield Prediction(id="prediction")
                    yield Prose(id="told")
                yield QuestionCard(id="card")
            diagram = PipelineDiagram(self.walking.diagram, id="diagram")
            diagram.can_focus = False
            yield diagram
            with Container(id="evidence"):
                yield HopView(id="hop")
                yield MarkedView(id="payload")
        yield NextStep(id="next").data_bind(
            text=WalkthroughView.next_words, key=WalkthroughView.next_key
        )
        yield KeyLine()

    # -- telling --

    def tell(self) -> None:
        """Show the step as it stands."""
        walking, step = self.walking, self.walking.step
        for kind in KINDS:
            self.set_class(step is not None and step.kind == kind, f"-{kind}")
        title = words.title_words(walking, self.size.width - 2)
        self.query_one("#title", Static).update(Content(title))
        self._tell_page(step)
        self._tell_architecture()
        self.tell_next()
        self.refresh_bindings()
        self.call_after_refresh(self.tell_next)

    def _tell_page(self, step: Step | None) -> None:
        said, is_right = "", None
        if isinstance(step, ExplainStep):
            said, is_right = words.verdict(self.walking, step)
        verdict = self._prose("#verdict", said)
        verdict.set_class(is_right is True, "-right")
        verdict.set_class(is_right is False, "-wrong")
        self._prose("#prose", words.page_words(self.walking))
        self._prose("#told", self._told(step))
        prediction = self.query_one(Prediction)
        prediction.guess = self.guess
        prediction.display = self.guess is not None
        self.query_one(QuestionCard).card = self.asked.card if self.asked is not None else None

    def _told(self, step: Step | None) -> str:
        if not isinstance(step, RunStep):
            return ""
        film = self.walking.films.get(step.id)
        cursor = self.walking.cursor
        is_over = film is not None and cursor is not None and cursor.is_at_end
        said = words.run_words(step, film.recording if film is not None and is_over else None)
        return "\n\n".join(filter(None, (self.broken_off.get(step.id, ""), said)))

    def _prose(self, place: str, text: str) -> Prose:
        prose = self.query_one(place, Prose)
        prose.text = text
        prose.display = bool(text)
        return prose

    def _tell_architecture(self) -> None:
        walking = self.walking
        cursor, step = walking.cursor, walking.step
        diagram = self.query_one(PipelineDiagram)
        diagram.state = walking.diagram
        diagram.lit = walking.lit
        hop = cursor.hop if cursor is not None and self.has_hops else None
        arrow = hop.request.arrow if hop is not None else None
        diagram.selected = arrow or _first_lit(diagram)
        self.query_one(HopView).cursor = cursor
        evidence = self.query_one("#evidence")
        evidence.set_class(cursor is None and not isinstance(step, RunStep | ObserveStep), "-empty")
        evidence.border_title = "payload" if isinstance(step, ObserveStep) else "calls"
        if isinstance(step, ObserveStep):
            event = walking.observed
            shown = shown_of(event, step.mark) if event is not None else None
            view = self.query_one(MarkedView)
            view.note = self._missing_words()
            view.shown = shown
            if shown is not None:
                evidence.border_title = f"payload · {shown.title}"

    def _missing_words(self) -> str:
        """Return why what the step shows is not there; empty: it is."""
        missing = self.walking.missing
        if missing is None:
            return ""
        return self.broken_off.get(missing.id, "The run is repeated …")

    def tell_next(self) -> None:
        """Say what to do next."""
        self.next_words, self.next_key = words.next_words(self._moment)

    @property
    def is_unread(self) -> bool:
        """Whether there is more text below what is seen."""
        page = self.query_one("#page")
        return page.display and page.scroll_offset.y < page.max_scroll_y

    @property
    def scrolled(self) -> Widget:
        """What is scrolled here."""
        step = self.walking.step
        if self.asked is not None:
            return self.query_one(QuestionCard)
        name = "#payload" if isinstance(step, ObserveStep) and not self.is_unread else "#page"
        return self.query_one(name)

    @property
    def selected(self) -> str:
        """The node or arrow at hand; empty: none is."""
        return self.query_one(PipelineDiagram).selected

    @property
    def _moment(self) -> words.Moment:
        step = self.walking.step
        name = step.id if step is not None else ""
        return words.Moment(
            self.walking,
            self.guess,
            self.asked,
            self.running.get(name),
            self.player is not None,
            self.is_unread,
            self.broken_off.get(name, ""),
            self.following,
        )

    # -- predictions and questions --

    @property
    def guess(self) -> Guess | None:
        """The prediction at hand; None where nothing is predicted."""
        step = self.walking.step
        if not isinstance(step, PredictStep):
            return None
        if step.id not in self.guesses:
            done = self.walking.done.get(step.id)
            kept = done.prediction if done is not None else None
            self.guesses[step.id] = _guess(step, kept)
        return self.guesses[step.id]

    def question_of(self, step: CheckStep) -> Asked:
        """Return a step's question, with what has been done with it since one came here."""
        if step.id not in self._questions:
            question = self.desk.course.by_id[step.question]
            asked = Asked.of(question, self.walking.chapter.title, self.desk.now())
            self._questions[step.id] = asked
        return self._questions[step.id]


def _guess(step: PredictStep, kept: float | None) -> Guess:
    """Return a prediction as it was kept, or the empty one."""
    if kept is None:
        return Guess(step)
    return Guess(step, int(kept)) if step.is_choice else Guess(step, typed=f"{kept:g}")


def _first_lit(diagram: PipelineDiagram) -> str:
    """Return what is lit and comes first along the way of what goes through; empty: nothing is."""
    return next((name for name in diagram.reading_order if name in diagram.lit), "")
