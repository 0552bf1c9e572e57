"""The sandbox itself: what it holds, its time, and the learner's changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCreated(PipelineEvent):
    """A resource of the topology exists."""

    kind: str
    """Its kind in the words of the service: bucket, queue, table, role, function …"""

    name: str

    number: int
    """Which of ``total`` this is, from 1."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReady(PipelineEvent):
    """The topology is created and takes commands."""

    account: str
    """Twelve digits; no other open sandbox has the same."""

    region: str

    started_at: str
    """The sandbox's date and time at ``time`` 0, ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSkipped(PipelineEvent):
    """The sandbox's clock jumped; nobody waited."""

    seconds: float
    until: str
    """What the jump waits for, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(PipelineEvent):
    """A policy was put."""

    policy: str
    """Its place in the topology: ``queue-policy``, ``execution-role-policy`` …"""

    document: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowBroken(PipelineEvent):
    """The permission under an arrow was taken away."""

    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowRestored(PipelineEvent):
    """The permission under an arrow is back."""

    arrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReset(PipelineEvent):
    """Everything in the sandbox was thrown away and created anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(PipelineEvent):
    """Nothing is left to happen in a headless run."""

    uploaded: int
    thumbnails: int
    failed: int
    """Photos that did not become thumbnails: the four below."""

    dead_lettered: int
    refused: int
    """Notifications the queue refused."""

    waiting: int
    """Photos whose message still waits in the queue."""

    not_uploaded: int
    """Files that could not be read or that S3 did not take."""

    photos: Mapping[str, str] = field(default_factory=dict)
    """For every input: where it is now, as one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputsFinished(PipelineEvent):
    """Nothing is left to happen in a headless run of an architecture."""

    topology: str
    """The architecture's name."""

    submitted: int
    done: int
    """Inputs of which every branch came to a good end."""

    failed: int
    inputs: Mapping[str, str]
    """For every input: where it is now, branch by branch, as one sentence."""
