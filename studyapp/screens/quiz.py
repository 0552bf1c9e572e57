"""Practice and review: an answer at a time, each explained at once and proved on demand.

A sitting that is over is shown by the same screen: then it is the review of its items.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from studyapp.desk import Desk
from studyapp.screens.asking import AskingScreen
from studyapp.screens.proof_panel import ProofPanel
from studyapp.screens.report_question import ReportQuestion
from studyapp.study.answers import Confidence, grade
from studyapp.study.course import QuestionKind
from studyapp.study.lab_links import labs_for
from studyapp.study.sitting import Mode, Sitting
from studyapp.widgets.question_card import Card

_CONFIDENCE: dict[Confidence | None, Confidence | None] = {
    None: Confidence.SURE,
    Confidence.SURE: Confidence.UNSURE,
    Confidence.UNSURE: Confidence.GUESS,
    Confidence.GUESS: None,
}


class QuizScreen(AskingScreen):
    """One question after another, with the reasons."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "confidence", "how sure", tooltip="say how sure you are: sure, unsure, guess"),
        Binding("h", "hint", "hint", tooltip="take the hint"),
        Binding("f", "flag", "flag", tooltip="flag the question", show=False),
        Binding("p", "prove", "prove", tooltip="prove the answer on the sandbox"),
        Binding("n", "next", "next", tooltip="the next question", show=False),
        Binding("g", "look_over", "list", tooltip="all questions of this round"),
        Binding("u", "undo", "undo", tooltip="take the last answer of a review back"),
        Binding("r", "report", "report", show=False, tooltip="report this question"),
    ]

    is_proving: var[bool] = var(False)  # noqa: FBT003 - a reactive takes its default so

    def __init__(self, desk: Desk, sitting: Sitting) -> None:
        super().__init__(desk, sitting)
        self._evidence: dict[str, dict[int, str]] = {}
        self._is_busy = False

    # -- wiring --

    def compose_more(self) -> ComposeResult:
        """What an experiment shows."""
        yield ProofPanel(id="proof")

    def on_mount(self) -> None:
        """Ask the question that is next."""
        self.sitting = self.sitting.tick(self.desk.now())
        self.tell()

    @property
    def is_answered(self) -> bool:
        """Whether the question at hand is answered."""
        return self.sitting.question_id in self.sitting.answers

    def tell(self) -> None:
        """Show the question as it stands, and what to do."""
        sitting, question = self.sitting, self.question
        marks = sitting.marks_of(question.id)
        order = sitting.order_of(question)
        chosen = (
            frozenset(sitting.answers[question.id].chosen) if self.is_answered else marks.chosen
        )
        self.card = Card(
            question,
            order,
            chosen,
            marks.struck,
            cursor=order[self.pointed % len(order)],
            is_revealed=self.is_answered,
            is_hinted=marks.is_hinted,
            evidence=self._evidence.get(question.id, {}),
        )
        self.heading = self._heading()
        self.next_words, self.next_key = self._next()
        self.set_class(self.is_proving, "-proving")
        self.refresh_bindings()

    def _heading(self) -> str:
        sitting, question = self.sitting, self.question
        marks = sitting.marks_of(question.id)
        parts = [f"{sitting.position + 1} of {len(sitting.question_ids)}"]
        if marks.is_flagged:
            parts.append("⚑ flagged")
        if not self.is_answered:
            parts.append(f"how sure: {marks.confidence or 'not said'}")
        return " · ".join((*parts, sitting.title, f"task {question.task}", f"seed {sitting.seed}"))

    def _next(self) -> tuple[str, str]:
        sitting, question = self.sitting, self.question
        if not self.is_answered:
            return self.still_to_choose() or ("answer", "enter")
        verdict = self._verdict()
        if question.experiment and question.id not in self._evidence and not self.is_proving:
            return f"{verdict} See it proved", "p"
        if sitting.position + 1 < len(sitting.question_ids):
            return f"{verdict} Go on", "enter"
        return f"{verdict} That was the last one", "enter"

    def _verdict(self) -> str:
        answer = self.sitting.answers[self.question.id]
        if answer.is_right:
            return "Right."
        if self.question.kind is QuestionKind.MULTIPLE_RESPONSE and answer.chosen:
            worth = grade(self.question, frozenset(answer.chosen))
            return f"Wrong: {worth.right_chosen} of your {len(answer.chosen)} are right."
        return "Wrong."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the question as it stands."""
        del parameters
        if action in {"choose", "strike", "hint", "confidence", "choose_pointed"}:
            return not self.is_answered
        if action == "prove":
            return self.is_answered and self.question.experiment is not None
        if action == "undo":
            return self.sitting.mode is Mode.REVIEW and bool(self.sitting.answers)
        return True

    # -- before the answer --

    def action_confidence(self) -> None:
        """Say how sure one is, in turn."""
        now = self.sitting.marks_of(self.question.id).confidence
        self.become(self.sitting.be(_CONFIDENCE[now]))

    def action_hint(self) -> None:
        """Take the hint."""
        self.become(self.sitting.hint())

    # -- answering and going on --

    async def action_go_on(self) -> None:
        """Answer; once answered, go on."""
        if self.is_answered:
            await self.action_next()
        elif self.still_to_choose() is None and not self._is_busy:
            await self._answer()

    async def _answer(self) -> None:
        self._is_busy = True
        try:
            self.sitting = await self.desk.answer(self.sitting, self.question)
        finally:
            self._is_busy = False
        self.say_trouble()
        self.tell()
        await self._mind_leech()

    async def _mind_leech(self) -> None:
        """Say so when a question is forgotten again and again: another look will not mend it."""
        lapses = await self.desk.lapses(self.question.id)
        if lapses and not self.sitting.answers[self.question.id].is_right:
            mends = "See it proved (p)" if self.question.experiment else "Read its reference"
            lab = next(
                iter(labs_for(self.question, [lab for lab, _ in await self.desk.labs()])), None
            )
            plays = f' or play the lab "{lab.title}" (l at home)' if lab is not None else ""
            self.notify(
                f"Forgotten {lapses} times. {mends}{plays}, then come back to it.", timeout=20
            )

    async def action_next(self) -> None:
        """Go to the next question, or leave after the last."""
        if self.sitting.position + 1 < len(self.sitting.question_ids):
            self.go(self.sitting.position + 1)
        elif self.is_answered:
            await self.action_leave()

    async def action_undo(self) -> None:
        """Take the last answer back and ask that question again."""
        if not self.sitting.answers:
            return
        last = list(self.sitting.answers)[-1]
        self.sitting = await self.desk.take_back(self.sitting, last)
        self.say_trouble()
        self._evidence.pop(last, None)
        self.go(self.sitting.question_ids.index(last))

    def go(self, position: int) -> None:
        """Go to another question, away from a proof."""
        self.is_proving = False
        super().go(position)

    async def action_leave(self) -> None:
        """Leave the proof; without one leave the round, which can be gone on with."""
        if self.is_proving:
            self.is_proving = False
            self.tell()
        else:
            await self.pause()

    def action_report(self) -> None:
        """Show what a report of this question says, to be copied."""
        self.app.push_screen(ReportQuestion(self.question, self.sitting.seed))

    # -- proving --

    def action_prove(self) -> None:
        """Run the question's experiment on a sandbox of its own."""
        self.is_proving = True
        question = self.question
        self.query_one(ProofPanel).prove(question, self.sitting.order_of(question))
        self.tell()

    @on(ProofPanel.Proved)
    def _proved(self, message: ProofPanel.Proved) -> None:
        self._evidence[message.question_id] = message.evidence
        self.tell()
