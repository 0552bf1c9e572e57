"""What a ``lab.toml`` says, and whether it can be played and graded."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from pipeline.grading.values import NOTHING_ELSE, WORKS, Forbidden
from studyapp.study.labs import (
    Edit,
    Given,
    Lab,
    LabOption,
    LabQuestion,
    WrongSolution,
)
from studyapp.study.outline import Outline
from studyapp.study.problems import shown
from studyapp.study.toml_entries import Entry

LAB_KEYS = frozenset(
    [
        "title",
        "topic",
        "task",
        "topology",
        "story",
        "goal",
        "objectives",
        "hints",
        "references",
        "start_fails",
        "edit",
        "given",
        "scenario",
        "forbidden",
        "wrong",
        "cheat",
        "question",
    ]
)
EDIT_KEYS = frozenset({"place", "start", "solution"})
GIVEN_KEYS = frozenset({"place", "document"})
FORBIDDEN_KEYS = frozenset({"caller", "action", "resource", "context", "why"})
WRONG_KEYS = frozenset({"name", "files", "fails", "because"})
CHEAT_KEYS = WRONG_KEYS - {"name"}
QUESTION_KEYS = frozenset({"stem", "options", "rationales", "key"})

HINTS = 3
OPTIONS = 4
LEAST_WRONG = 3
MOST_TEXTS = 10

PARTS = (WORKS, NOTHING_ELSE)
"""What a start or a wrong solution may fail: excess alone does not fail a lab."""

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z*]+")

Fetch = Callable[[Entry, str, str], str]
"""Returns the text of a file of the lab, named by an entry's key, or keeps a fault and none."""

Amiss = Callable[[str], str]
"""Returns what is wrong with a place, or nothing."""


def read_lab(
    document: Entry,
    slug: str,
    *,
    outline: Outline,
    topologies: Collection[str],
    amiss: Callable[[str, str], str],
    fetch: Fetch,
) -> Lab:
    """Return the lab that a document describes; faults are kept in the entry.

    Args:
        document: Its ``lab.toml``.
        slug: Its folder.
        outline: The course's topics and task statements.
        topologies: The names of the architectures.
        amiss: Returns what is wrong with a place of an architecture, both by name, or nothing.
        fetch: Reads a file that the lab names.
    """
    document.knows(LAB_KEYS)
    topology = document.one_of("topology", topologies)
    is_known = topology in topologies
    amiss_here: Amiss = (lambda place: amiss(topology, place)) if is_known else lambda _: ""
    edits = tuple(_edits(document, amiss_here, fetch))
    scenario = document.section("scenario")
    parameters = {key: value for key, value in scenario.table.items() if key != "name"}
    editable = [edit.place for edit in edits]
    start_fails = WORKS
    if "start_fails" in document.table:
        start_fails = document.one_of("start_fails", PARTS)
    return Lab(
        slug=slug,
        title=document.text("title"),
        topic=document.one_of("topic", [topic.slug for topic in outline.topics]),
        task=document.one_of("task", [task.id for task in outline.tasks]),
        topology=topology,
        story=document.text("story"),
        goal=document.text("goal"),
        objectives=document.texts("objectives", 1, MOST_TEXTS),
        hints=document.texts("hints", HINTS, HINTS),
        references=document.texts("references", 1, MOST_TEXTS),
        edits=edits,
        given=tuple(_given(document, amiss_here, editable, fetch)),
        scenario=scenario.text("name"),
        parameters=parameters,
        forbidden=tuple(_forbidden(document)),
        wrong=tuple(_wrong(document, editable, fetch)),
        cheat=_cheat(document.section("cheat"), editable, fetch),
        question=_question(document.section("question")),
        start_fails=start_fails,
    )


def _edits(document: Entry, amiss: Amiss, fetch: Fetch) -> Iterator[Edit]:
    names: set[str] = set()
    if not document.table.get("edit"):
        document.fault("edit", "nothing is edited", "add an [[edit]]")
    for entry in document.entries("edit"):
        entry.knows(EDIT_KEYS)
        edit = Edit(
            place=_place(entry, amiss),
            start=fetch(entry, "start", entry.text("start")),
            solution=fetch(entry, "solution", entry.text("solution")),
        )
        if edit.place and edit.file_name in names:
            entry.fault("place", f"{shown(edit.place)} is edited twice", "name each place once")
        names.add(edit.file_name)
        yield edit


def _given(
    document: Entry, amiss: Amiss, editable: Collection[str], fetch: Fetch
) -> Iterator[Given]:
    seen: set[str] = set()
    for entry in document.entries("given"):
        entry.knows(GIVEN_KEYS)
        given = Given(_place(entry, amiss), fetch(entry, "document", entry.text("document")))
        if given.place and (given.place in editable or given.place in seen):
            what = f"{shown(given.place)} is edited or given already"
            entry.fault("place", what, "name each place once")
        seen.add(given.place)
        yield given


def _place(entry: Entry, amiss: Amiss) -> str:
    """Return a place that the architecture has."""
    place = entry.text("place")
    if place and (what := amiss(place)):
        entry.fault("place", what, "name one of them")
    return place


def _forbidden(document: Entry) -> Iterator[Forbidden]:
    for entry in document.entries("forbidden"):
        entry.knows(FORBIDDEN_KEYS)
        action = entry.text("action")
        if action and not _ACTION.fullmatch(action):
            entry.fault("action", f"action {shown(action)} is none", "write it as service:Action")
        context = entry.section("context") if "context" in entry.table else None
        yield Forbidden(
            caller=entry.text("caller"),
            action=action,
            resource=entry.text("resource"),
            context={key: context.text(key) for key in context.table} if context else {},
            why=entry.text("why"),
        )


def _wrong(document: Entry, editable: Collection[str], fetch: Fetch) -> Iterator[WrongSolution]:
    names: set[str] = set()
    for entry in document.entries("wrong"):
        entry.knows(WRONG_KEYS)
        wrong = _wrong_solution(entry, entry.text("name"), editable, fetch)
        if wrong.name and wrong.name in names:
            entry.fault("name", f"name {shown(wrong.name)} is used twice", "choose another")
        names.add(wrong.name)
        yield wrong
    wrongs = document.table.get("wrong", ())
    if isinstance(wrongs, list | tuple) and len(wrongs) < LEAST_WRONG:
        what = f"there are {len(wrongs)} wrong solutions"
        document.fault("wrong", what, f"add a [[wrong]] until there are {LEAST_WRONG}")


def _cheat(entry: Entry, editable: Collection[str], fetch: Fetch) -> WrongSolution:
    entry.knows(CHEAT_KEYS)
    return _wrong_solution(entry, "cheat", editable, fetch)


def _wrong_solution(
    entry: Entry, name: str, editable: Collection[str], fetch: Fetch
) -> WrongSolution:
    files = entry.section("files")
    if "files" in entry.table and not files.table:
        entry.fault("files", "files names none", "name a file for a place that is edited")
    documents = {}
    for place in files.table:
        if place not in editable:
            remedy = f"those that are edited are {', '.join(editable)}"
            files.fault(place, f"{shown(place)} is not edited in this lab", remedy)
        documents[place] = fetch(files, place, files.text(place))
    return WrongSolution(name, documents, entry.one_of("fails", PARTS), entry.text("because"))


def _question(entry: Entry) -> LabQuestion:
    entry.knows(QUESTION_KEYS)
    texts = entry.texts("options", OPTIONS, OPTIONS)
    rationales = entry.texts("rationales", OPTIONS, OPTIONS)
    if len({text.casefold() for text in texts}) < len(texts):
        entry.fault("options", "two options say the same", "write another")
    return LabQuestion(
        stem=entry.text("stem"),
        options=tuple(map(LabOption, texts, rationales)),
        key=entry.number("key", 0, OPTIONS - 1),
    )
