"""What a ``questions.toml`` says, and whether it can be asked and graded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from studyapp.study.course import Option, Question, QuestionKind, Reference
from studyapp.study.outline import Outline
from studyapp.study.problems import shown
from studyapp.study.toml_entries import Entry

QUESTION_KEYS = frozenset(
    [
        "id",
        "kind",
        "domain",
        "task",
        "difficulty",
        "stem",
        "hint",
        "experiment",
        "lab",
        "exam_only",
        "option",
        "reference",
    ]
)
OPTION_KEYS = frozenset({"text", "rationale", "key", "misconception", "observation"})
REFERENCE_KEYS = frozenset({"url", "checked"})

_KINDS: Mapping[str, QuestionKind] = {kind.value: kind for kind in QuestionKind}
_ID = re.compile(r"([a-z0-9-]+)/[a-z0-9]+(?:-[a-z0-9]+)*")


class QuestionReader:
    """Reads the questions of all topics, and knows what is known and what was used before."""

    def __init__(self, outline: Outline) -> None:
        self._domains = frozenset(domain.id for domain in outline.domains)
        self._domain_of_task = {task.id: task.domain for task in outline.tasks}
        self._misconceptions = frozenset(entry.id for entry in outline.misconceptions)
        self._ids: set[str] = set()

    def read(self, document: Entry, topic: str) -> Iterator[Question]:
        """Yield the questions of a document that have no fault."""
        document.knows(frozenset({"question"}))
        for entry in document.entries("question"):
            faults_before = len(document.faults)
            question = self._question(entry, topic)
            if len(document.faults) == faults_before:
                yield question

    def _question(self, entry: Entry, topic: str) -> Question:
        entry.knows(QUESTION_KEYS)
        kind = _KINDS.get(entry.one_of("kind", _KINDS), QuestionKind.MULTIPLE_CHOICE)
        domain = entry.one_of("domain", self._domains)
        question = Question(
            id=self._id(entry, topic),
            kind=kind,
            domain=domain,
            task=self._task(entry, domain),
            topic=topic,
            difficulty=entry.number("difficulty", 1, 3),
            stem=entry.text("stem"),
            hint=entry.text("hint"),
            options=tuple([self._option(option) for option in entry.entries("option")]),
            references=tuple([_reference(source) for source in entry.entries("reference")]),
            experiment=entry.optional_text("experiment"),
            lab=entry.optional_text("lab"),
            is_for_exams_only=entry.flag("exam_only"),
        )
        _check_options(entry, question)
        if not entry.table.get("reference"):
            entry.fault("reference", "no reference is given", "add a [[question.reference]]")
        return question

    def _id(self, entry: Entry, topic: str) -> str:
        name = entry.text("id")
        if not name:
            return name
        form = _ID.fullmatch(name)
        if form is None:
            what = f"id {shown(name)} is badly formed"
            entry.fault("id", what, f'write it like "{topic}/what-it-asks"')
        elif form[1] != topic:
            what = f"id {shown(name)} does not start with its topic"
            entry.fault("id", what, f'start it with "{topic}/", or move the question')
        if name in self._ids:
            entry.fault("id", f"id {shown(name)} is used twice", "choose another for one of them")
        self._ids.add(name)
        return name

    def _task(self, entry: Entry, domain: str) -> str:
        task = entry.one_of("task", self._domain_of_task)
        of = self._domain_of_task.get(task, domain)
        if of != domain and domain in self._domains:
            what = f"task {task} belongs to the domain {of}, not to {domain}"
            entry.fault("task", what, "change one of the two")
        return task

    def _option(self, entry: Entry) -> Option:
        entry.knows(OPTION_KEYS)
        is_key = entry.flag("key")
        misconception = None
        if "misconception" in entry.table:
            misconception = entry.one_of("misconception", self._misconceptions)
            if is_key:
                what = "a key tests no misconception"
                entry.fault("misconception", what, "remove it, or the mark as key")
        elif entry.table.get("key", False) is False:
            what = "a distractor names no misconception"
            entry.fault("misconception", what, "add the one it tests, or mark it as key = true")
        return Option(
            text=entry.text("text"),
            is_key=is_key,
            rationale=entry.text("rationale"),
            misconception=misconception,
            observation=entry.optional_text("observation"),
        )


def _reference(entry: Entry) -> Reference:
    entry.knows(REFERENCE_KEYS)
    return Reference(url=entry.text("url"), checked=entry.day("checked"))


def _check_options(entry: Entry, question: Question) -> None:
    """Fault options that cannot be graded, or of which two are the same."""
    options, keys = len(question.options), len(question.key)
    match entry.table.get("kind"):
        case QuestionKind.MULTIPLE_CHOICE.value:
            if options != 4:
                entry.fault("option", f"multiple choice has {options} options", "give it four")
            if keys != 1:
                what = f"multiple choice has {keys} options marked as key"
                entry.fault("option", what, "mark just one")
        case QuestionKind.MULTIPLE_RESPONSE.value:
            if options < 5:
                what = f"multiple response has {options} options"
                entry.fault("option", what, "give it five or more")
            if keys < 2:
                what = f"multiple response has {keys} options marked as key"
                entry.fault("option", what, "mark two or more")
            if keys == options:
                entry.fault("option", "there is no distractor", "add one, or mark fewer as key")
    seen: set[str] = set()
    for place, option in enumerate(question.options, start=1):
        text = option.text.casefold()
        if text and text in seen:
            what = f"option {place} says the same as one before it"
            entry.fault("option", what, "write another")
        seen.add(text)
