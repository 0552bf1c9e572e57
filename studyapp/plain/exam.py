"""The exam, line by line: a clock, and no feedback until it is submitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studyapp.plain.asking import MEANINGS, Choice, Command, Request
from studyapp.plain.console import Console
from studyapp.plain.replying import chosen, reply_to, struck
from studyapp.plain.wording import numbers_of, plural, say_question, span
from studyapp.study.course import Question
from studyapp.study.ledger import Ledger
from studyapp.study.sitting import Sitting

COMMANDS = (
    Command.STRIKE,
    Command.FLAG,
    Command.NEXT,
    Command.BACK,
    Command.GO_TO,
    Command.LIST,
    Command.TIME,
    Command.REPEAT,
    Command.SUBMIT,
    Command.HELP,
    Command.QUIT,
)
OFFERED = "f flag, n next, b back, l list, t time, submit, q quit"
WARNINGS = (600, 300, 60)
"""Seconds before the end at which the clock speaks up, at the next reply."""


@dataclass(slots=True)
class Exam:
    """An exam while it is held."""

    console: Console
    ledger: Ledger
    sitting: Sitting

    @property
    def question(self) -> Question:
        """The question at hand."""
        return self.ledger.course.by_id[self.sitting.question_id]

    def hold(self) -> None:
        """Ask until the exam is submitted, its time is up, or the learner quits.

        Raises:
            EndedError: No more replies come.
        """
        while not self.sitting.is_over and self._ask():
            pass

    def leave(self) -> None:
        """Keep the exam as it stands; the clock stops until it is gone on with."""
        self.sitting = self.sitting.tick(self.ledger.now()).pause()
        self.ledger.keep(self.sitting)

    def _ask(self) -> bool:
        """Ask the question at hand; return whether to go on."""
        if self._is_up():
            return True
        say_question(self.console, self.sitting, self.question)
        self._say_chosen()
        while True:
            meant = reply_to(self.question, self.console, COMMANDS, OFFERED)
            if self._is_up():
                return True
            if isinstance(meant, Request) and meant.command is Command.QUIT:
                return False
            if self._do(meant):
                return True

    def _is_up(self) -> bool:
        """Count the time, and end the exam when none is left; return whether that is so."""
        self._count()
        if self.sitting.remaining != 0.0:
            return False
        self.console.say("TIME is up: the exam is submitted with what was chosen before.")
        self._end()
        return True

    def _count(self) -> None:
        """Count the time that went by, and warn when little is left."""
        before = self.sitting.remaining or 0.0
        self.sitting = self.sitting.tick(self.ledger.now())
        after = self.sitting.remaining or 0.0
        passed = [seconds for seconds in WARNINGS if 0 < after <= seconds < before]
        if passed:
            self.console.say(f"TIME less than {passed[-1] // 60} min left.")

    def _do(self, meant: Choice | Request) -> bool:
        """Do what was asked for, and keep it; return whether to show the question at hand."""
        position = self.sitting.position
        doing: dict[Command, Callable[[int], bool]] = {
            Command.STRIKE: self._strike,
            Command.FLAG: self._flag,
            Command.NEXT: lambda _: self._go_to(position + 1),
            Command.BACK: lambda _: self._go_to(position - 1),
            Command.GO_TO: lambda number: self._go_to(number - 1),
            Command.LIST: self._list,
            Command.TIME: self._time,
            Command.REPEAT: lambda _: True,
            Command.SUBMIT: self._submit,
            Command.HELP: self._help,
        }
        if isinstance(meant, Choice):
            is_shown = self._choose(meant)
        else:
            is_shown = doing[meant.command](meant.number)
        if not self.sitting.is_over:
            self.ledger.keep(self.sitting)
        return is_shown

    def _choose(self, choice: Choice) -> bool:
        self.sitting = chosen(self.sitting, self.question, choice).be(choice.confidence)
        self._say_chosen()
        if self.sitting.position + 1 < len(self.sitting.question_ids):
            return self._go_to(self.sitting.position + 1)
        self.console.say(
            "note: that was the last question; l lists what is open, submit ends the exam."
        )
        return False

    def _say_chosen(self) -> None:
        places = self.sitting.marks_of(self.question.id).chosen
        if places:
            numbers = numbers_of(places, self.sitting.order_of(self.question))
            self.console.say(f"chosen: {numbers}")

    def _strike(self, number: int) -> bool:
        self.sitting = struck(self.sitting, self.question, number)
        places = self.sitting.marks_of(self.question.id).struck
        numbers = numbers_of(places, self.sitting.order_of(self.question))
        self.console.say(f"struck out: {numbers}")
        return False

    def _flag(self, _: int) -> bool:
        self.sitting = self.sitting.flag()
        is_flagged = self.sitting.marks_of(self.question.id).is_flagged
        self.console.say("flagged: yes" if is_flagged else "flagged: no")
        return False

    def _go_to(self, position: int) -> bool:
        last = len(self.sitting.question_ids)
        if not 0 <= position < last:
            self.console.say(f"UNCLEAR There is no question {position + 1}: they are 1 to {last}.")
            return False
        self.sitting = self.sitting.go_to(position)
        return True

    def _list(self, _: int) -> bool:
        ids = self.sitting.question_ids
        flagged = [n for n, name in enumerate(ids, 1) if self.sitting.marks_of(name).is_flagged]
        self.console.say(f"UNANSWERED {_listed(self._open())}")
        self.console.say(f"FLAGGED {_listed(flagged)}")
        return False

    def _open(self) -> list[int]:
        """Return the numbers of the questions without an answer."""
        ids = self.sitting.question_ids
        return [n for n, name in enumerate(ids, 1) if not self.sitting.marks_of(name).chosen]

    def _time(self, _: int) -> bool:
        self.console.say(f"TIME {span(self.sitting.remaining or 0.0)} left.")
        return False

    def _submit(self, _: int) -> bool:
        still_open = self._open()
        if still_open:
            count = plural(len(still_open), "question")
            self.console.say(f"WARNING {count} unanswered, and so wrong: {_listed(still_open)}.")
            if self.console.ask("submit anyway (yes, no)").lower() not in {"y", "yes"}:
                self.console.say("note: the exam goes on.")
                return False
        self._end()
        return True

    def _end(self) -> None:
        questions = [self.ledger.course.by_id[name] for name in self.sitting.question_ids]
        self.sitting = self.ledger.answer(self.sitting, questions)

    def _help(self, _: int) -> bool:
        said = ["a number chooses an option", *(MEANINGS[command] for command in COMMANDS)]
        self.console.say(f"help: {'; '.join(said)}.")
        return False


def _listed(numbers: list[int]) -> str:
    return " ".join(map(str, numbers)) or "none"
