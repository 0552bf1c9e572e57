"""A lab, line by line: its story and question, then a document that is edited and graded."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.grading.values import Grade, GradingError
from studyapp.plain.console import Console, EndedError
from studyapp.plain.editing import Edit, open_editor
from studyapp.plain.lab_asking import MEANINGS, Command, is_number, understand
from studyapp.plain.lab_wording import (
    say_answer,
    say_documents,
    say_grade,
    say_lab,
    say_lab_question,
    say_marks,
)
from studyapp.plain.wording import plural
from studyapp.study.course import Question
from studyapp.study.lab_files import LabFileError, LabFiles
from studyapp.study.lab_links import questions_for
from studyapp.study.lab_session import LabSession
from studyapp.study.labs import Edit as EditedDocument


@dataclass(slots=True)
class LabPlay:
    """A lab while it is played."""

    console: Console
    session: LabSession
    files: LabFiles
    questions: Sequence[Question] = ()
    """Those of the course, to offer some after a grade that failed."""

    following: str = ""
    """The slug of the lab to play next; empty when there is none."""

    edit: Edit = open_editor
    grade: Grade | None = field(default=None, init=False)
    """The last one."""

    def hold(self) -> int:
        """Play until the learner quits; return the exit status.

        Raises:
            LabFileError: The documents cannot be written anywhere.
        """
        lab = self.session.lab
        self.console.say(f"LAB {lab.title} ({lab.slug}, {lab.topic}, task {lab.task})")
        if self.session.record.attempts:
            attempts = plural(len(self.session.record.attempts), "grading")
            self.console.say(f"GO ON {self.session.record.state} so far, after {attempts}.")
        say_lab(self.console, lab)
        is_old = self.files.begin()
        try:
            if self._answer():
                self._say_documents(is_old=is_old)
                while self._ask():
                    pass
        except EndedError as ended:
            return self._leave(130 if ended.is_interrupted else 0)
        except KeyboardInterrupt:
            return self._leave(130)
        return self._leave(0)

    def _leave(self, exit_status: int) -> int:
        self.console.say(f"LEFT {self.session.record.state}; your documents are kept.")
        is_done = self.session.record.is_passed and self.following
        label, slug = ("next:", self.following) if is_done else ("go on:", self.session.lab.slug)
        self.console.say_whole(label, f"studyapp labs start {slug} --plain")
        return exit_status

    # -- the question --

    def _answer(self) -> bool:
        """Ask the lab's question, unless it was answered; return whether to go on."""
        if self.session.record.chosen is not None:
            say_answer(self.console, self.session)
            return True
        options = len(self.session.lab.question.options)
        say_lab_question(self.console, self.session.lab.question)
        while True:
            reply = self.console.ask(f"answer (1-{options}, r repeat, q quit)").lower()
            if reply in {"q", "quit", "exit"}:
                return False
            if reply in {"r", "repeat"}:
                say_lab_question(self.console, self.session.lab.question)
            elif is_number(reply, options):
                self.session.answer(int(reply) - 1)
                self.console.say("KEPT your answer is shown beside the result, once it is solved.")
                return True
            else:
                self.console.say(
                    f'UNCLEAR "{reply[:20]}" is no answer here: type a number from 1 to {options}.'
                )

    # -- the documents --

    def _say_documents(self, *, is_old: bool) -> None:
        self.console.skip()
        for number, edit in enumerate(self.session.lab.edits, start=1):
            self.console.say_whole(f"edit {number}: {edit.place} in", str(self.files.path(edit)))
        if is_old:
            self.console.say("NOTE the documents are as you left them; reset puts the start back.")
        self.console.say(f"HOW {MEANINGS[Command.EDIT]}; {MEANINGS[Command.GRADE]}; ? says more.")

    def _ask(self) -> bool:
        """Ask what to do and do it; return whether to go on."""
        reply = self.console.ask("lab (e edit, g grade, h hint, d diff, ? all)")
        command, rest = understand(reply)
        if command is Command.QUIT:
            return False
        if command is None:
            named = f'"{reply[:20]}"' if reply else "An empty line"
            self.console.say(f"UNCLEAR {named} means nothing here: ? says what can be typed.")
            return True
        doing: dict[Command, Callable[[], object]] = {
            Command.GRADE: self._grade,
            Command.EDIT: lambda: self._edit(rest),
            Command.VIEW: self._view,
            Command.DIFFERENCE: self._difference,
            Command.HINT: self._hint,
            Command.SOLUTION: self._solution,
            Command.ALL: self._all,
            Command.REPEAT: self._repeat,
            Command.RESET: self._reset,
            Command.HELP: self._help,
        }
        try:
            doing[command]()
        except LabFileError as error:
            self.console.say(f"NOTE {error}")
        return True

    def _edit(self, number: str) -> None:
        edits = self.session.lab.edits
        if number and not is_number(number, len(edits)):
            self.console.say(
                f'UNCLEAR "{number[:20]}" is no document: there are {len(edits)}, from 1.'
            )
            return
        edit = edits[int(number or "1") - 1]
        trouble = self.edit(self.files.path(edit))
        if trouble:
            self.console.say(f"NOTE {trouble}")
            self.console.say_whole("file:", str(self.files.path(edit)))
        else:
            self._difference()
            say_marks(self.console, self.session.lab, self.files.read())

    def _view(self) -> None:
        say_documents(self.console, self.session.lab, self.files.read())

    def _difference(self) -> None:
        documents = self.files.read()
        lines = [
            line
            for edit in self.session.lab.edits
            for line in _differing(edit, documents[edit.place])
        ]
        self.console.say("DIFF since the start:" if lines else "DIFF nothing was changed yet.")
        if lines:
            self.console.say_lines("\n".join(lines))

    def _reset(self) -> None:
        self.files.reset()
        self.console.say("RESET the documents are as at the start.")

    # -- grading --

    def _grade(self) -> None:
        documents = self.files.read()
        say_marks(self.console, self.session.lab, documents)
        self.console.say("GRADING in a fresh sandbox, which takes a moment.")
        was_passed = self.session.record.is_passed
        try:
            self.grade = self.session.grade(documents, self._tell)
        except GradingError as error:
            self.console.say(f"BROKEN {error}. Nothing is said about your documents.")
            return
        say_grade(self.console, self.grade)
        say_answer(self.console, self.session)
        if self.grade.passed and not was_passed:
            self.console.say("SOLVED s shows the solution to compare with.")
        elif not self.grade.passed:
            self._offer()

    def _tell(self, sentence: str) -> None:
        self.console.say(f"RUN {sentence}")

    def _offer(self) -> None:
        """Offer what helps: a hint, and questions on the same thing."""
        left = len(self.session.lab.hints) - self.session.record.hints
        if left:
            self.console.say(f"help: h gives a hint; {plural(left, 'hint')} left.")
        if questions_for(self.session.lab, self.questions):
            topic = self.session.lab.topic
            self.console.say_whole("questions:", f"studyapp quiz --topic {topic}")

    def _all(self) -> None:
        if self.grade is None:
            self.console.say("NOTE nothing was graded yet: g grades.")
        else:
            say_grade(self.console, self.grade, whole=True)

    # -- help --

    def _hint(self) -> None:
        hint = self.session.next_hint()
        hints = self.session.lab.hints
        if hint is None:
            for number, text in enumerate(hints, start=1):
                self.console.say(f"hint {number}/{len(hints)}: {text}")
        else:
            self.console.say(f"hint {self.session.record.hints}/{len(hints)}: {hint}")

    def _solution(self) -> None:
        solution = self.session.ask_for_solution()
        if solution is None:
            self.console.say("NOT YET the solution is shown when it is asked for once more: s.")
            return
        self.console.say("SOLUTION")
        say_documents(self.console, self.session.lab, solution)
        say_answer(self.console, self.session)
        for reference in self.session.lab.references:
            self.console.say_whole("read:", reference)

    def _repeat(self) -> None:
        say_lab(self.console, self.session.lab)
        self._say_documents(is_old=False)

    def _help(self) -> None:
        self.console.say(f"HELP {'; '.join(MEANINGS.values())}.")


def _differing(edit: EditedDocument, text: str) -> list[str]:
    lines = difflib.unified_diff(
        edit.start.splitlines(), text.splitlines(), f"start/{edit.place}", edit.place, lineterm=""
    )
    return list(lines)
