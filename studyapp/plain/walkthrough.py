"""A chapter of the walkthrough, line by line: enter goes on, b goes back, q leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pipeline.events import Emit, PipelineEvent
from pipeline.narration import narrate
from studyapp.plain.console import Console
from studyapp.plain.walk_asking import Wish, ask_prediction, ask_question, ask_wish
from studyapp.plain.walk_hops import travel
from studyapp.plain.walk_wording import say_chapter, say_lines, say_step, spoken
from studyapp.plain.wording import plural
from studyapp.study.ledger import Ledger
from studyapp.study.progress import ProgressStore
from studyapp.study.store_errors import StoreError
from studyapp.study.walk_facts import fact_words, placeholders
from studyapp.study.walk_payload import shown_of
from studyapp.study.walk_progress import StepDone, keep_step, steps_done
from studyapp.study.walk_record import RunRecording
from studyapp.study.walkthrough import (
    Chapter,
    CheckStep,
    ExplainStep,
    ObserveStep,
    PredictStep,
    RunStep,
    Step,
)

MOST_EVENTS = 20
"""Printed of a run before the rest is only counted."""


class Recording(Protocol):
    """What runs a chapter's steps."""

    def record(self, step: RunStep, tell: Emit) -> RunRecording: ...  # noqa: D102


@dataclass(slots=True)
class Walk:
    """One chapter while it is gone through."""

    console: Console
    chapter: Chapter
    ledger: Ledger
    store: ProgressStore
    recorder: Recording
    keeps_everything: bool = True
    done: dict[str, StepDone] = field(default_factory=dict)
    """By the step's id."""

    place: int = 0
    _topology: str = ""

    def __post_init__(self) -> None:
        """Find the first step that is not done yet."""
        known = steps_done(self.store, self.chapter.slug)
        self.done = {done.step: done for done in known.values()}
        new = (n for n, step in enumerate(self.chapter.steps) if step.id not in self.done)
        self.place = next(new, 0)

    @property
    def step(self) -> Step:
        """The step at hand."""
        return self.chapter.steps[self.place]

    @property
    def count(self) -> int:
        """How many of the chapter's steps are done."""
        return sum(step.id in self.done for step in self.chapter.steps)

    def hold(self) -> bool:
        """Go through the chapter; tell whether its end was reached.

        Raises:
            EndedError: No more replies come.
        """
        say_chapter(self.console, self.chapter, self.count)
        self.console.say(
            "HOW enter goes on, b goes back, q leaves and everything is kept. "
            "? says what else can be typed."
        )
        while self.place < len(self.chapter.steps):
            wish = self._take(self.step)
            if wish is Wish.QUIT:
                return False
            self.place = max(0, self.place - 1) if wish is Wish.BACK else self.place + 1
        self.console.skip()
        self.console.say(f"DONE {plural(self.count, 'step')} of {len(self.chapter.steps)}.")
        return True

    def _take(self, step: Step) -> Wish:
        """Show a step and do what belongs to it; return where to go from it."""
        self.console.skip()
        if isinstance(step, ExplainStep):
            self._say_verdict(step)
        say_step(self.console, self.chapter, step, self._text_of(step), self._topology)
        self._topology = step.topology
        match step:
            case PredictStep():
                return self._predict(step)
            case CheckStep():
                return self._check(step)
            case RunStep():
                return self._run(step)
            case ObserveStep():
                self._observe(step)
        wish = ask_wish(self.console)
        if wish is Wish.ON:
            self._keep(step)
        return wish

    def _text_of(self, step: Step) -> str:
        """Return a step's text with what the run before it measured."""
        run = self.chapter.run_before(step)
        recording = self._recorded(run) if run is not None and placeholders(step.text) else None
        return step.text if recording is None else recording.filled(step.text)

    def _predict(self, step: PredictStep) -> Wish:
        before = self.done.get(step.id)
        kept = before.prediction if before is not None else None
        if kept is not None:
            self.console.say(
                f"kept: you predicted {spoken(step.words(kept))}; enter lets it stand."
            )
        reply = ask_prediction(self.console, step, has_one=kept is not None)
        if isinstance(reply, Wish):
            return reply
        self._keep(step, reply, is_right=step.is_right(reply))
        self.console.say(f"kept: you predicted {spoken(step.words(reply))}.")
        return Wish.ON

    def _run(self, step: RunStep) -> Wish:
        for action in step.actions:
            self.console.say(f"DO {action.words}")
        recording = self._recorded(step, self._telling())
        if recording is None:
            return ask_wish(self.console)
        left = len(recording.events) - MOST_EVENTS
        if left > 0:
            self.console.say(f"note: and {left:,} more (r shows all).")
        for refusal in recording.refusals:
            words = recording.actions[refusal.action].words
            self.console.say(f"REFUSED {words}: {refusal.code}: {refusal.reason}")
        if recording.facts:
            facts = ", ".join(
                f"{k.replace('_', ' ')} {fact_words(v)}" for k, v in recording.facts.items()
            )
            self.console.say(f"MEASURED {facts}")
        self._keep(step)
        while True:
            match ask_wish(self.console, Wish.ALL, Wish.HOPS):
                case Wish.ALL:
                    for event in recording.events:
                        self._say_event(event)
                case Wish.HOPS:
                    travel(self.console, recording)
                case wish:
                    return wish

    def _telling(self) -> Emit:
        """Return what prints the first events as they happen."""
        told = 0

        def tell(event: PipelineEvent) -> None:
            nonlocal told
            told += 1
            if told <= MOST_EVENTS:
                self._say_event(event)

        return tell

    def _say_event(self, event: PipelineEvent) -> None:
        self.console.say(f"EVENT {event.time:.2f} s {narrate(event)}")

    def _recorded(self, step: RunStep, tell: Emit = lambda _: None) -> RunRecording | None:
        """Return a run's recording; None, and why, where it breaks off."""
        try:
            return self.recorder.record(step, tell)
        except Exception as error:  # noqa: BLE001 - a run may fail in any way; the chapter goes on
            self.console.say(f"NOTE the run broke off with {type(error).__name__}: {error}")
            return None

    def _observe(self, step: ObserveStep) -> None:
        run = self.chapter.step(step.of)
        recording = self._recorded(run) if isinstance(run, RunStep) else None
        event = recording.observed(step) if recording is not None else None
        if event is None:
            self.console.say("NOTE there is nothing to show: this event did not happen.")
            return
        shown = shown_of(event, step.mark)
        self.console.say(f"PAYLOAD {shown.title}")
        say_lines(self.console, shown.lines)

    def _say_verdict(self, step: ExplainStep) -> None:
        asked = self.chapter.prediction_of(step)
        answer = spoken(asked.words(asked.answer))
        done = self.done.get(asked.id)
        if done is None or done.prediction is None:
            self.console.say(f"NOTE you made no prediction; it is: {answer}")
        elif done.is_right:
            self.console.say(f"RIGHT you predicted: {answer}")
        else:
            predicted = spoken(asked.words(done.prediction))
            self.console.say(f"WRONG you predicted: {predicted}; it is: {answer}")

    def _check(self, step: CheckStep) -> Wish:
        question = self.ledger.course.by_id[step.question]
        reply = ask_question(self.console, self.ledger, self.chapter.title, question)
        if isinstance(reply, Wish):
            return reply
        self._keep(step, is_right=reply)
        return ask_wish(self.console)

    def _keep(
        self, step: Step, prediction: float | None = None, *, is_right: bool | None = None
    ) -> None:
        done = StepDone(self.chapter.slug, step.id, self.ledger.now(), prediction, is_right)
        self.done[step.id] = done
        try:
            keep_step(self.store, done)
        except StoreError as error:
            self.keeps_everything = False
            self.console.say(f"NOTE {error}")
