"""Runs a question's experiment and shows it as it happens, option by option."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message

from pipeline.experiments import EXPERIMENTS, Call, Observation, Report, run_experiment
from studyapp.study.course import Question
from studyapp.widgets.proof_view import ProofView


@dataclass
class Told(Message, bubble=False):
    """An experiment made a call or observed something."""

    question_id: str
    told: Call | Observation


@dataclass
class Ended(Message, bubble=False):
    """An experiment is over, or failed with a sentence."""

    question: Question
    ended: Report | str


class ProofPanel(ProofView):
    """The proof of one question at a time, on a sandbox of its own."""

    class Proved(Message):
        """An experiment is over."""

        def __init__(self, question_id: str, evidence: dict[int, str]) -> None:
            super().__init__()
            self.question_id = question_id
            self.evidence = evidence
            """What it showed of each option, by its place as written."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's name for it)
        super().__init__(id=id)
        self._question: Question | None = None
        self._order: tuple[int, ...] = ()

    def prove(self, question: Question, order: tuple[int, ...]) -> None:
        """Begin the experiment of a question whose options are shown in an order."""
        experiment = EXPERIMENTS.get(question.experiment or "")
        self._question, self._order = question, order
        if experiment is None:
            self.fail("This question has no experiment.")
            return
        self.begin(experiment.claim)
        self._run(question, experiment.id)

    @work(thread=True, exclusive=True, group="proof", exit_on_error=False)
    def _run(self, question: Question, experiment: str) -> None:
        try:
            report = run_experiment(
                experiment, tell=lambda told: self.post_message(Told(question.id, told))
            )
        except Exception as error:  # noqa: BLE001 - an experiment is anything; the learner goes on
            self.post_message(Ended(question, f"The experiment failed: {error}"))
        else:
            self.post_message(Ended(question, report))

    @on(Told)
    def _told(self, message: Told) -> None:
        if self._question is None or message.question_id != self._question.id:
            return
        if isinstance(message.told, Call):
            self.add_call(message.told)
        else:
            self.add_observation(message.told, about(message.told, self._question, self._order))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        is_shown = self._question is not None and message.question.id == self._question.id
        if isinstance(message.ended, str):
            if is_shown:
                self.fail(message.ended)
            return
        holds = message.ended.holds
        if is_shown:
            self.end(holds, "It holds: the key is confirmed." if holds else "It does not hold.")
        seen = evidence(message.question, message.ended)
        self.post_message(self.Proved(message.question.id, seen))


def about(observation: Observation, question: Question, order: tuple[int, ...]) -> str:
    """Return which options an observation is about, by the numbers that are shown."""
    words = []
    for number, place in enumerate(order, start=1):
        option = question.options[place]
        if option.observation == observation.id:
            confirms = option.is_key == observation.holds
            words.append(f"{'confirms' if confirms else 'refutes'} {number}")
    return ", ".join(words)


def evidence(question: Question, report: Report) -> dict[int, str]:
    """Return what an experiment showed of each option, by its place as written."""
    seen = {observation.id: observation for observation in report.observations}
    found = {}
    for place, option in enumerate(question.options):
        observation = seen.get(option.observation or "")
        if observation is not None:
            holds = "" if observation.holds else "does not hold: "
            found[place] = f"{holds}{observation.text} ({observation.seen})"
    return found
