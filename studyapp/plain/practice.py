"""Practice and review, line by line: an answer at a time, explained at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studyapp.plain.asking import MEANINGS, Choice, Command, Request
from studyapp.plain.console import Console
from studyapp.plain.proof import Run, run_experiment, say_proof
from studyapp.plain.replying import chosen, reply_to, struck
from studyapp.plain.wording import numbers_of, say_feedback, say_memory, say_question
from studyapp.study.course import Question
from studyapp.study.ledger import Ledger
from studyapp.study.sitting import Mode, Sitting

COMMANDS = (
    Command.HINT,
    Command.STRIKE,
    Command.PROVE,
    Command.REPEAT,
    Command.HELP,
    Command.QUIT,
)
OFFERED = "h hint, x N strike, q quit"


@dataclass(slots=True)
class Round:
    """A round of practice or review while it is held."""

    console: Console
    ledger: Ledger
    sitting: Sitting
    run: Run = run_experiment

    @property
    def commands(self) -> tuple[Command, ...]:
        """What can be asked for."""
        is_review = self.sitting.mode is Mode.REVIEW
        return (*COMMANDS[:3], Command.UNDO, *COMMANDS[3:]) if is_review else COMMANDS

    @property
    def question(self) -> Question:
        """The question at hand."""
        return self.ledger.course.by_id[self.sitting.question_id]

    @property
    def last(self) -> Question | None:
        """The question that was answered last."""
        ids = list(self.sitting.answers)
        return self.ledger.course.by_id[ids[-1]] if ids else None

    def hold(self) -> None:
        """Ask until every question is answered, or the learner quits.

        Raises:
            EndedError: No more replies come.
        """
        while self._ask():
            pass

    def leave(self) -> None:
        """Keep the round as it stands, time not counting."""
        self.sitting = self.sitting.tick(self.ledger.now()).pause()
        self.ledger.keep(self.sitting)

    def _ask(self) -> bool:
        """Ask the next question, or what to do after the last; return whether to go on."""
        if self.sitting.is_over:
            return self._ask_afterwards()
        self._go_to_next()
        say_question(self.console, self.sitting, self.question)
        self.sitting = self.sitting.tick(self.ledger.now())
        while True:
            meant = reply_to(self.question, self.console, self.commands, OFFERED)
            if isinstance(meant, Choice):
                self._answer(meant)
                return True
            if meant.command is Command.QUIT:
                return False
            if self._do(meant):
                return True

    def _ask_afterwards(self) -> bool:
        """Ask whether the last answer is to be proved or taken back; return whether to go on."""
        wishes = ["p proves the last answer"] if self.last and self.last.experiment else []
        if Command.UNDO in self.commands:
            wishes.append("u takes it back")
        if not wishes:
            return False
        self.console.skip()
        reply = self.console.ask(f"done ({', '.join(wishes)}, enter ends)").lower()
        if reply in {"p", "prove"}:
            self._prove()
        elif reply in {"u", "undo"} and Command.UNDO in self.commands:
            self._undo()
        elif reply in {"", "q", "quit", "exit"}:
            return False
        else:
            self.console.say(
                f'UNCLEAR "{reply[:20]}" is none of these: {", ".join(wishes)}, enter ends.'
            )
        return True

    def _go_to_next(self) -> None:
        """Go to the next question that is not answered, from where the round stands."""
        ids = self.sitting.question_ids
        here = self.sitting.position
        left = [n for n, name in enumerate(ids) if name not in self.sitting.answers]
        self.sitting = self.sitting.go_to(next((n for n in left if n >= here), left[0]))

    def _answer(self, choice: Choice) -> None:
        question = self.question
        sitting = chosen(self.sitting, question, choice)
        sitting = sitting.be(choice.confidence).tick(self.ledger.now())
        self.sitting = self.ledger.answer(sitting, (question,))
        say_feedback(self.console, question, self.sitting.answers[question.id])
        memory = self.ledger.memory(question.id)
        if memory is not None:
            say_memory(self.console, question, memory, self.ledger.now())
        if self.sitting.is_over:
            self.console.skip()
            right = sum(answer.is_right for answer in self.sitting.answers.values())
            self.console.say(f"DONE {right} of {len(self.sitting.answers)} right.")

    def _do(self, request: Request) -> bool:
        """Do what is asked for; return whether the question is to be asked anew."""
        doing: dict[Command, Callable[[], bool]] = {
            Command.HINT: self._hint,
            Command.STRIKE: lambda: self._strike(request.number),
            Command.PROVE: self._prove,
            Command.UNDO: self._undo,
            Command.REPEAT: lambda: True,
            Command.HELP: self._help,
        }
        return doing[request.command]()

    def _hint(self) -> bool:
        self.sitting = self.sitting.hint()
        self.ledger.keep(self.sitting)
        self.console.say(f"hint: {self.question.hint}")
        return False

    def _strike(self, number: int) -> bool:
        question = self.question
        self.sitting = struck(self.sitting, question, number)
        self.ledger.keep(self.sitting)
        places = self.sitting.marks_of(question.id).struck
        numbers = numbers_of(places, self.sitting.order_of(question))
        self.console.say(f"struck out: {numbers}")
        return False

    def _prove(self) -> bool:
        if self.last is None:
            self.console.say(
                "UNCLEAR There is nothing to prove yet: answer first, then p proves it."
            )
            return False
        self.sitting = self.sitting.tick(self.ledger.now()).pause()
        say_proof(self.console, self.last, self.sitting.order_of(self.last), self.run)
        return True

    def _undo(self) -> bool:
        if self.last is None:
            self.console.say("UNCLEAR There is no answer to take back yet.")
            return False
        undone = self.last.id
        self.sitting = self.ledger.take_back(self.sitting, undone)
        self.sitting = self.sitting.go_to(self.sitting.question_ids.index(undone))
        self.console.say("undone: your last answer is forgotten, and its question asked again.")
        return True

    def _help(self) -> bool:
        self.console.say(f"help: {'; '.join(MEANINGS[command] for command in self.commands)}.")
        return False
