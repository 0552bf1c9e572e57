"""The next thing to do, with its key: one sentence from what is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.topology import thumbnails_topology
from pipeline.words import counted, seconds_words
from studyapp.reports import Activity, Hop, Status

_NUMBERS = {arrow.name: arrow.number for arrow in thumbnails_topology().arrows}
_ACTORS = {"s3": "S3", "poller": "Lambda", "lambda": "Lambda", "function": "the function"}
_SERVICES = {
    "s3": "S3",
    "sqs": "SQS",
    "dynamodb": "DynamoDB",
    "sts": "STS",
    "logs": "CloudWatch Logs",
    "lambda": "Lambda",
    "iam": "IAM",
}


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to press, and what it does."""

    key: str
    """As the footer shows it; empty when there is nothing to press but to wait."""

    words: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next step depends on."""

    status: Status
    created: tuple[str, int, int] | None = None
    """While starting: the last resource created, its number, and how many there are."""

    progress: str = ""
    """While uploading: how far."""

    uploads: int = 0
    dead_lettered: int = 0
    broken: frozenset[str] = frozenset()
    denied: str | None = None
    """A broken arrow whose last call was denied."""

    selected: str = ""


def next_step(situation: Situation) -> Guidance:
    """Return the one thing to do now."""
    status = situation.status
    match status.activity:
        case Activity.STARTING | Activity.RESETTING:
            return Guidance("", _starting(situation))
        case Activity.STOPPED:
            return Guidance("ctrl+r", "reset: the sandbox stopped unexpectedly")
        case Activity.UPLOADING:
            uploading = f"cancel · uploading {status.detail}{situation.progress}"
            return Guidance("x", f"{uploading}{_behind(status)}")
    if situation.denied is not None:
        return _repair(situation.denied, is_selected=situation.denied == situation.selected)
    return _hop(status) or _resting(situation)


def _behind(status: Status) -> str:
    return f" · {counted(status.queued, 'file')} behind it" if status.queued else ""


def _hop(status: Status) -> Guidance | None:
    if status.hop is not None:
        return Guidance("space", f"{hop_words(status.hop)}{_behind(status)}")
    if status.activity is Activity.RUNNING:
        return Guidance("p", f"pause · + and - change the pace{_behind(status)}")
    return None


def fitted(guidance: Guidance, width: int) -> Guidance:
    """Return a next step whose line fits a width: its key is always seen, its asides go first."""
    room = width - len("▸ Next  ") - len(f"  [{guidance.key}]")
    parts = guidance.words.split(" · ")
    while len(parts) > 1 and len(" · ".join(parts)) > room:
        parts.pop()
    words = " · ".join(parts)
    return Guidance(guidance.key, words if len(words) <= room else f"{words[: room - 1]}…")


def hop_words(hop: Hop) -> str:
    """Return a hop as words: ``let S3 call SQS SendMessage · arrow 1``."""
    actor = _ACTORS.get(hop.actor, hop.actor)
    call = f"let {actor} call {_SERVICES.get(hop.service, hop.service)} {hop.operation}"
    return f"{call} · arrow {_NUMBERS[hop.arrow]}" if hop.arrow in _NUMBERS else call


def _starting(situation: Situation) -> str:
    if situation.created is None:
        return "loading the emulated cloud …"
    words, number, total = situation.created
    return f"creating {words} … {number} of {total}"


def _repair(arrow: str, *, is_selected: bool) -> Guidance:
    number = _NUMBERS[arrow]
    more = "" if is_selected else f" · {number} selects it"
    return Guidance("r", f"restore arrow {number}: its call was denied{more}")


def _resting(situation: Situation) -> Guidance:
    """Return what to do while nothing is under way: first what waits, then something new."""
    status = situation.status
    if status.detail:
        return _stuck(status.detail, situation.broken)
    if status.next_visible_in is not None:
        return _waiting(status.next_visible_in)
    return _something_new(situation)


def _stuck(why: str, broken: frozenset[str]) -> Guidance:
    number = min((_NUMBERS[name] for name in broken), default=None)
    if number is None:
        return Guidance("space", f"try again · {why}")
    return Guidance("r", f"restore arrow {number} · {why}")


def _waiting(seconds: float) -> Guidance:
    if seconds <= 0:
        return Guidance("space", "let Lambda poll the queue · p plays on by itself")
    wait = seconds_words(round(seconds))
    return Guidance("space", f"skip {wait} to the next attempt · p plays on by itself")


def _something_new(situation: Situation) -> Guidance:
    broken = situation.broken
    if situation.dead_lettered and not broken:
        what = counted(situation.dead_lettered, "dead-lettered message")
        return Guidance("d", f"redrive {what} · u uploads another photo")
    if broken:
        number = min(_NUMBERS[name] for name in broken)
        return Guidance("u", f"upload a photo and see arrow {number} fail · r restores it")
    if not situation.uploads:
        return Guidance("u", "upload a sample photo · f a file of your own")
    if situation.selected in _NUMBERS:
        return Guidance("b", f"break arrow {_NUMBERS[situation.selected]}, then upload again")
    return Guidance("4", "select arrow 4, b breaks it · u uploads another photo")
