"""Chapters, their steps and recorded hops as lines."""

from __future__ import annotations

import re
from typing import Any

from pipeline.events import RequestDenied
from pipeline.topology import make_topology
from studyapp.plain.console import Console
from studyapp.plain.wording import plural
from studyapp.study.walk_payload import Line, document_lines
from studyapp.study.walk_record import Cursor
from studyapp.study.walkthrough import Chapter, PredictStep, Step

_EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}([^*\n]+?)\*{1,2}(?![\w*])")
MARK = "▶"


def spoken(markdown: str) -> str:
    """Return Markdown as paragraphs without marks of emphasis, each item of a list one of them."""
    return re.sub(r"\n+", "\n\n", _EMPHASIS.sub(r"\1", markdown))


def say_chapter(console: Console, chapter: Chapter, done: int) -> None:
    """Print what a chapter is about, and how far one is."""
    so_far = f", {done} done" if done else ""
    steps = plural(len(chapter.steps), "step")
    console.say(f"CHAPTER {chapter.number} {chapter.title}: {steps}{so_far}.")
    for objective in chapter.objectives:
        console.say(f"objective: {objective}")
    for other in chapter.not_covered:
        console.say(f"not covered: {other}")
    console.say(f"tasks: {', '.join(chapter.tasks)}")


def say_step(console: Console, chapter: Chapter, step: Step, markdown: str, topology: str) -> None:
    """Print a step, and the architecture where it is another than the one before it.

    Args:
        console: Where it is printed.
        chapter: Whose step it is.
        step: The step.
        markdown: Its text, with facts filled in.
        topology: The name of the architecture of the step before it; empty for none.
    """
    number = chapter.place_of(step.id) + 1
    architecture = make_topology(step.topology)
    if step.topology != topology:
        console.say(f"ARCHITECTURE {architecture.name}: {architecture.summary}")
    text = spoken(markdown) or "Answer a question."
    console.say(f"STEP {number}/{len(chapter.steps)} {step.kind}: {text}")
    titles = [node.title for node in architecture.nodes if node.name in step.nodes]
    if titles:
        console.say(f"at: {', '.join(titles)}")
    if isinstance(step, PredictStep):
        for place, option in enumerate(step.options, start=1):
            console.say(f"{place}) {spoken(option)}")


def say_lines(console: Console, lines: tuple[Line, ...]) -> None:
    """Print the lines of a document, those that are marked behind a mark."""
    for line in lines:
        console.show(line.text, MARK if line.is_marked else "")


def say_hop(console: Console, cursor: Cursor) -> None:
    """Print the hop that passed last, and what stands where after it."""
    hop, total = cursor.hop, len(cursor.run.hops)
    if hop is None:
        console.say(f"HOP 0/{total} before the first call; {_counters(cursor)}.")
        return
    request = hop.request
    outcome = f"denied ({request.code})" if isinstance(request, RequestDenied) else "allowed"
    attempt = f", attempt {hop.attempt}" if hop.attempt is not None else ""
    console.say(
        f"HOP {cursor.position}/{total} {request.service}:{request.operation} by {request.actor}, "
        f"{outcome}{attempt}; {_counters(cursor)}."
    )


def say_payloads(console: Console, cursor: Cursor) -> None:
    """Print what was asked and answered in the hop that passed last."""
    if cursor.hop is None:
        console.say("note: no call has passed yet.")
        return
    say_document(console, "request", dict(cursor.hop.request.request))
    say_document(console, "answer", cursor.hop.answer)


def say_document(console: Console, title: str, document: Any) -> None:
    """Print a document after its title."""
    console.say(f"{title}:")
    say_lines(console, document_lines(document))


def _counters(cursor: Cursor) -> str:
    counts = [
        f"{name} {count.visible} visible + {count.in_flight} in flight"
        for name, count in cursor.snapshot.queues.items()
    ]
    return ", ".join(counts) or "no queue here"
