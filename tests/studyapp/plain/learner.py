"""A scripted learner: replies in, what the plain twin says out."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.experiments import Call, Observation, Report, Tell
from studyapp.plain.console import Console
from studyapp.plain.holding import hold
from studyapp.plain.outcome import Outcome
from studyapp.plain.wish import Wish, checked
from studyapp.study.course import Course
from studyapp.study.ledger import Ledger
from studyapp.study.progress import ProgressStore
from tests.studyapp.study.small_course import NOON

Reply = str | dt.timedelta | type[KeyboardInterrupt]
"""What is typed, time that goes by before it, or ctrl+c."""


class _Heard(io.StringIO):
    """Takes what is printed, and passes it on."""

    def __init__(self, said: Callable[[str], object]) -> None:
        super().__init__()
        self._said = said

    def write(self, text: str) -> int:
        self._said(text)
        return super().write(text)


@dataclass
class Learner:
    """Has a store of their own, and a clock that stands still unless told otherwise."""

    course: Course
    path: Path
    now: dt.datetime = NOON
    width: int = 100
    proofs: list[str] = field(default_factory=list)
    """The experiments that were run."""

    proof_holds: bool = True
    said: Callable[[str], object] = str
    """Gets each line when it is printed."""

    def take(self, *replies: Reply, wish: Wish | None = None) -> tuple[str, Outcome]:
        """Hold a quiz with these replies, after which the input ends."""
        out = _Heard(self.said)
        typed = iter(replies)
        console = Console(out, lambda _size: self._next(typed), width=self.width, echoes=True)
        store = ProgressStore.open(self.path, self.now)
        try:
            ledger = Ledger(
                self.course,
                store,
                lambda: self.now,
                lambda sentence: console.say(f"NOTE {sentence}"),
                any_seed=lambda: 7,
            )
            outcome = hold(checked(wish or Wish(), self.course), console, ledger, self._run)
        finally:
            store.close()
        return out.getvalue(), outcome

    def store(self) -> ProgressStore:
        """Open the store to look into it; close it."""
        return ProgressStore.open(self.path, self.now)

    def right(self, question_id: str, seed: int = 7) -> str:
        """Return the reply that answers a question right."""
        return self._numbers(question_id, seed, is_key=True)

    def wrong(self, question_id: str, seed: int = 7) -> str:
        """Return the reply that answers a question with its distractors."""
        return self._numbers(question_id, seed, is_key=False)

    def _numbers(self, question_id: str, seed: int, *, is_key: bool) -> str:
        from studyapp.study.sitting import Mode, Sitting

        question = self.course.by_id[question_id]
        order = Sitting("", Mode.PRACTICE, "", seed, (question_id,), NOON).order_of(question)
        numbers = [n for n, p in enumerate(order, 1) if question.options[p].is_key is is_key]
        return " ".join(map(str, numbers[: len(question.key)]))

    def _next(self, typed: Iterator[Reply]) -> str:
        for reply in typed:
            if isinstance(reply, dt.timedelta):
                self.now += reply
            elif isinstance(reply, str):
                return f"{reply}\n"
            else:
                raise reply
        return ""

    def _run(self, identifier: str, tell: Tell) -> Report:
        """Stand in for an experiment: one call, one observation."""
        self.proofs.append(identifier)
        call = Call("poller", "sqs:ReceiveMessage", "allowed", "the queue")
        observation = Observation("seen", "the service polls", "polls: 2", self.proof_holds)
        tell(call)
        tell(observation)
        return Report(identifier, "The service polls.", (call,), (observation,))
