"""The next thing to do, with its key: one sentence from what is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.topology import Topology
from pipeline.words import counted, seconds_words
from studyapp.reports import Activity, Hop, Status
from studyapp.widgets.diagram_state import drawn_at_first

_ACTORS = {
    "s3": "S3",
    "sns": "SNS",
    "events": "EventBridge",
    "poller": "Lambda",
    "lambda": "Lambda",
    "function": "the function",
}
_VERBS = {
    "upload": ("upload", "uploads"),
    "publish": ("publish", "publishes"),
    "put": ("put", "puts"),
}
_SERVICES = {
    "s3": "S3",
    "sqs": "SQS",
    "dynamodb": "DynamoDB",
    "sts": "STS",
    "logs": "CloudWatch Logs",
    "lambda": "Lambda",
    "iam": "IAM",
    "sns": "SNS",
    "events": "EventBridge",
    "dynamodbstreams": "DynamoDB Streams",
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
    topology: Topology = field(default_factory=drawn_at_first)
    created: tuple[str, int, int] | None = None
    """While starting: the last resource created, its number, and how many there are."""

    progress: str = ""
    """While uploading: how far."""

    entered: int = 0
    """How much has come in."""

    dead_lettered: int = 0
    """Messages that can be redriven."""

    broken: frozenset[str] = frozenset()
    denied: str | None = None
    """A broken arrow whose last call was denied."""

    selected: str = ""

    def number(self, arrow: str | None) -> int | None:
        """Return an arrow's number; None for what is no arrow."""
        return next((a.number for a in self.topology.arrows if a.name == arrow), None)

    def first_broken(self) -> int | None:
        """Return the lowest number of a broken arrow."""
        return min((a.number for a in self.topology.arrows if a.name in self.broken), default=None)


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
        case Activity.BURSTING:
            return Guidance("s", "watch the burst · x cancels it")
    if situation.denied is not None:
        return _repair(situation)
    return _hop(situation) or _resting(situation)


def _behind(status: Status) -> str:
    return f" · {counted(status.queued, 'file')} behind it" if status.queued else ""


def _hop(situation: Situation) -> Guidance | None:
    status = situation.status
    if status.hop is not None:
        words = hop_words(status.hop, situation.number(status.hop.arrow))
        return Guidance("space", f"{words}{_behind(status)}")
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


def hop_words(hop: Hop, number: int | None) -> str:
    """Return a hop as words: ``let S3 call SQS SendMessage · arrow 1``."""
    actor = _ACTORS.get(hop.actor, hop.actor)
    call = f"let {actor} call {_SERVICES.get(hop.service, hop.service)} {hop.operation}"
    return f"{call} · arrow {number}" if number is not None else call


def _starting(situation: Situation) -> str:
    if situation.created is None:
        return "loading the emulated cloud …"
    words, number, total = situation.created
    return f"creating {words} … {number} of {total}"


def _repair(situation: Situation) -> Guidance:
    number = situation.number(situation.denied)
    more = "" if situation.denied == situation.selected else f" · {key_of(number)} selects it"
    return Guidance("r", f"restore arrow {number}: its call was denied{more}")


def _resting(situation: Situation) -> Guidance:
    """Return what to do while nothing is under way: first what waits, then something new."""
    status = situation.status
    if status.detail:
        return _stuck(situation)
    if status.next_visible_in is not None:
        return _waiting(situation.topology, status.next_visible_in)
    return _something_new(situation)


def _stuck(situation: Situation) -> Guidance:
    number, why = situation.first_broken(), situation.status.detail
    if number is None:
        return Guidance("space", f"try again · {why}")
    return Guidance("r", f"restore arrow {number} · {why}")


def _waiting(topology: Topology, seconds: float) -> Guidance:
    if seconds <= 0:
        return Guidance("space", f"let {_next_turn(topology)} · p plays on by itself")
    wait = seconds_words(round(seconds))
    return Guidance("space", f"skip {wait} to the next attempt · p plays on by itself")


def _next_turn(topology: Topology) -> str:
    """Return who acts next, and how, where something waits."""
    if not topology.mappings:
        return "Lambda invoke the function"
    if any(table.arn == topology.mapping.source for table in topology.tables):
        return "Lambda read the stream"
    return "Lambda poll the queue" if len(topology.mappings) == 1 else "Lambda poll the queues"


def _something_new(situation: Situation) -> Guidance:
    entry = situation.topology.entry
    verb, verbs = _VERBS[entry.kind]
    if situation.dead_lettered and not situation.broken:
        what = counted(situation.dead_lettered, "dead-lettered message")
        return Guidance("d", f"redrive {what} · u {verbs} another {entry.noun}")
    broken = situation.first_broken()
    if broken is not None:
        article = "an" if entry.noun[0] in "aeiou" else "a"
        see = f"{verb} {article} {entry.noun} and see arrow {broken} fail"
        return Guidance("u", f"{see} · r restores it")
    if not situation.entered:
        return Guidance("u", f"{verb} a sample {entry.noun} · f a file of your own")
    number = situation.number(situation.selected)
    if number is not None:
        return Guidance("b", f"break arrow {number}, then {verb} again")
    number = _worth_breaking(situation.topology)
    key = key_of(number)
    return Guidance(key, f"select arrow {number}, b breaks it · u {verbs} another {entry.noun}")


def _worth_breaking(topology: Topology) -> int:
    """Return the number of the first arrow along which a function writes."""
    kinds = {node.name: node.kind for node in topology.nodes}
    return next(
        a.number for a in topology.arrows if a.actor == "function" and kinds[a.target] != "function"
    )


def key_of(number: int | None) -> str:
    """Return the key that selects an arrow: 0 for the tenth, and arrow keys beyond."""
    if number is None or number > 10:
        return "→"
    return str(number % 10)
