"""What ``course.toml`` says: the exam's domains and tasks, the topics, the misconceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studyapp.study.course import ExamDomain, Misconception, TaskStatement, Topic
from studyapp.study.problems import shown
from studyapp.study.toml_entries import Entry

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TASK = re.compile(r"[1-9]\.[1-9][0-9]?")

_MOST_BULLETS = 999

_COURSE = frozenset(
    [
        "title",
        "exam",
        "guide_bullets",
        "covered_bullets",
        "domain",
        "task",
        "topic",
        "misconception",
    ]
)
_DOMAIN = frozenset({"id", "number", "name", "weight"})
_TASK_KEYS = frozenset({"id", "domain", "name"})
_TOPIC = frozenset({"slug", "title"})
_MISCONCEPTION = frozenset({"id", "belief", "correction"})


@dataclass(frozen=True, slots=True)
class Outline:
    """The course without its questions; empty where ``course.toml`` could not be read."""

    title: str = ""
    exam: str = ""
    guide_bullets: int = 0
    covered_bullets: int = 0
    domains: tuple[ExamDomain, ...] = ()
    tasks: tuple[TaskStatement, ...] = ()
    topics: tuple[Topic, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()


def read_outline(entry: Entry) -> Outline:
    """Return what a document says of the course; faults are kept in the entry."""
    entry.knows(_COURSE)
    guide_bullets = entry.number("guide_bullets", 1, _MOST_BULLETS)
    most_covered = guide_bullets if guide_bullets > 1 else _MOST_BULLETS
    domains = tuple(_domains(entry))
    outline = Outline(
        title=entry.text("title"),
        exam=entry.text("exam"),
        guide_bullets=guide_bullets,
        covered_bullets=entry.number("covered_bullets", 1, most_covered),
        domains=domains,
        tasks=tuple(_tasks(entry, frozenset(domain.id for domain in domains))),
        topics=tuple(_topics(entry)),
        misconceptions=tuple(_misconceptions(entry)),
    )
    for key in ("domain", "task", "topic"):
        if not entry.table.get(key):
            entry.fault(None, f"there is no {key}", f"add a [[{key}]] for each")
    return outline


def _domains(course: Entry) -> Iterator[ExamDomain]:
    weights = []
    faults_before = len(course.faults)
    for entry in _unique(course.entries("domain"), "id", _SLUG, "small-letters"):
        entry.knows(_DOMAIN)
        domain = ExamDomain(
            id=entry.text("id"),
            number=entry.number("number", 1, 9),
            name=entry.text("name"),
            weight=entry.number("weight", 1, 100),
        )
        weights.append(domain.weight)
        yield domain
    if weights and sum(weights) != 100 and len(course.faults) == faults_before:
        what = f"the weights of the domains add up to {sum(weights)}"
        course.fault("domain", what, "make them add up to 100")


def _tasks(course: Entry, domains: frozenset[str]) -> Iterator[TaskStatement]:
    for entry in _unique(course.entries("task"), "id", _TASK, "2.1"):
        entry.knows(_TASK_KEYS)
        yield TaskStatement(
            id=entry.text("id"), domain=entry.one_of("domain", domains), name=entry.text("name")
        )


def _topics(course: Entry) -> Iterator[Topic]:
    for entry in _unique(course.entries("topic"), "slug", _SLUG, "small-letters"):
        entry.knows(_TOPIC)
        yield Topic(slug=entry.text("slug"), title=entry.text("title"))


def _misconceptions(course: Entry) -> Iterator[Misconception]:
    for entry in _unique(course.entries("misconception"), "id", _SLUG, "small-letters"):
        entry.knows(_MISCONCEPTION)
        yield Misconception(
            id=entry.text("id"), belief=entry.text("belief"), correction=entry.text("correction")
        )


def _unique(
    entries: Iterator[Entry], key: str, form: re.Pattern[str], example: str
) -> Iterator[Entry]:
    """Yield entries whose names have a form and are none that came before; fault the others."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.table.get(key)
        if isinstance(name, str):
            if name in seen:
                what = f"{key} {shown(name)} is used twice"
                entry.fault(key, what, "choose another for one of the two")
            elif name.strip() and not form.fullmatch(name):
                what = f"{key} {shown(name)} is badly formed"
                entry.fault(key, what, f"write it like {example}")
            seen.add(name)
        yield entry
