"""Progress as one JSON document, to be carried to another machine.

It holds the sittings with their answers, what was done in chapters and labs, and the day of the
exam. What is remembered of each question follows from the answers, so it is computed anew where
they arrive.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from studyapp.study.lab_progress import LabRecord
from studyapp.study.sitting import Sitting
from studyapp.study.walk_progress import StepDone

FORMAT = "studyapp progress"
VERSION = 2
"""Chapters and labs came with 2."""


class ArchiveError(Exception):
    """A document holds no progress that can be taken in; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class KeptSitting:
    """A sitting with its answers, and whether it is over."""

    sitting: Sitting

    ended_at: dt.datetime | None
    """None while it can be gone on with."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that is carried."""

    sittings: tuple[KeptSitting, ...]
    exam_date: dt.date | None = None
    labs: tuple[LabRecord, ...] = ()
    steps: tuple[StepDone, ...] = ()
    """Of the walkthrough's chapters."""

    @property
    def question_ids(self) -> frozenset[str]:
        """The questions that were answered."""
        return frozenset(name for kept in self.sittings for name in kept.sitting.answers)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of taking an archive in."""

    sittings: int
    """How many of its sittings are new here."""

    answers: int
    """How many of its answers are new here."""

    answers_before: int
    """How many of its answers were here already."""

    lab_attempts: int = 0
    """How many gradings of labs are new here."""

    steps: int = 0
    """How many steps of chapters are new here."""


def as_document(archive: Archive, now: dt.datetime) -> dict[str, Any]:
    """Return an archive as a JSON document; ``archive_reading`` reads it again."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.isoformat(),
        "exam_date": archive.exam_date.isoformat() if archive.exam_date else None,
        "sittings": [
            {
                "id": kept.sitting.id,
                **kept.sitting.as_document(),
                "ended_at": kept.ended_at.isoformat() if kept.ended_at else None,
                "answers": [answer.as_document() for answer in kept.sitting.answers.values()],
            }
            for kept in archive.sittings
        ],
        "labs": [record.as_document() for record in archive.labs],
        "steps": [done.as_document() for done in archive.steps],
    }
