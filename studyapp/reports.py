"""What the sandbox's thread tells a screen, as frozen values.

Nothing here knows of a terminal: a test collects these values in a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.events import PipelineEvent
from pipeline.topology import PolicyDocument, Topology
from studyapp.commands import Command

if TYPE_CHECKING:
    from pipeline.sandbox import Snapshot


@dataclass(frozen=True, slots=True)
class Report:
    """One thing a screen should know."""


@dataclass(frozen=True, slots=True)
class Happened(Report):
    """Events of the pipeline, oldest first. They come in bundles so that a flood stays cheap."""

    events: tuple[PipelineEvent, ...]


@dataclass(frozen=True, slots=True)
class Opening(Report):
    """A fresh sandbox is being opened; what was known of another one is no longer so."""

    name: str
    """The architecture's."""


@dataclass(frozen=True, slots=True)
class Ready(Report):
    """The sandbox is open and takes commands."""

    topology: Topology


class Activity(StrEnum):
    """What the thread is doing."""

    STARTING = "starting"
    RESTING = "resting"
    """Nothing is under way."""

    UPLOADING = "uploading"
    WAITING = "waiting"
    """A hop is next, and waits for a step."""

    RUNNING = "running"
    BURSTING = "bursting"
    RESETTING = "resetting"
    STOPPED = "stopped"
    """After an unexpected error; only a reset helps."""


@dataclass(frozen=True, slots=True)
class Hop:
    """An API call that is about to be made."""

    arrow: str | None
    actor: str
    service: str
    operation: str


@dataclass(frozen=True, slots=True)
class Status(Report):
    """What the thread does now. Each status replaces the one before."""

    activity: Activity
    playing: bool
    seconds_per_hop: float
    detail: str = ""
    """What is being uploaded, or why nothing can go on; a few words."""

    hop: Hop | None = None
    """The call that waits, when ``activity`` is WAITING."""

    queued: int = 0
    """Files that wait behind what is under way."""

    next_visible_in: float | None = None
    """Seconds until a hidden message can be received; 0 when one is visible, None without any."""

    @property
    def is_learners_turn(self) -> bool:
        """Whether nothing happens until the learner does something."""
        return not self.playing and self.activity in {Activity.WAITING, Activity.RESTING}

    @property
    def is_amid_step(self) -> bool:
        """Whether a hop that the learner let happen is under way."""
        return not self.playing and self.activity is Activity.RUNNING


@dataclass(frozen=True, slots=True)
class Counted(Report):
    """How much lies where, counted in the services themselves."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class PoliciesRead(Report):
    """The policies as they are stored now, by place."""

    documents: Mapping[str, PolicyDocument]
    broken_arrows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Submitting(Report):
    """Something is about to be brought in; what happens from now on is about it."""

    name: str
    """What it is called: an object's key, or the file's name."""

    record_key: str | None = None
    """The partition key of an item."""


@dataclass(frozen=True, slots=True)
class UploadProgressed(Report):
    """Part of a file has been sent."""

    name: str
    sent: int
    total: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as a terminal can show it."""

    title: str
    caption: str
    """Its dimensions, format and bytes, or why it cannot be drawn."""

    renderable: object
    """Something Rich can print, or None when there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class PicturesDrawn(Report):
    """A photo, and its thumbnail once there is one."""

    key: str
    original: Drawing | None
    thumbnail: Drawing | None


@dataclass(frozen=True, slots=True)
class CommandRefused(Report):
    """A command could not be carried out; nothing else is harmed."""

    command: Command
    sentence: str
    code: str = ""
    """The service's error code, when a service refused."""


@dataclass(frozen=True, slots=True)
class CommandDone(Report):
    """A command was carried out."""

    command: Command


class WorkCancelled(Report):
    """What was under way was abandoned."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ThreadFailed(Report):
    """Something unexpected went wrong in the sandbox; a reset starts it anew."""

    sentence: str
    log_path: str
    """Where the details are written; empty when they could not be."""
