"""The words in and under the diagram."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.topology import Arrow, thumbnails_topology
from pipeline.words import counted
from studyapp.widgets.diagram_state import ArrowState, DiagramState

NODES = ("uploads", "queue", "dead-letter-queue", "function", "thumbnails", "table")

_TOPOLOGY = thumbnails_topology()
_GLYPHS = {
    ArrowState.IDLE: "·",
    ArrowState.PASSING: "●",
    ArrowState.ALLOWED: "✓",
    ArrowState.DENIED: "✗",
}


@dataclass(frozen=True, slots=True)
class NodeTexts:
    """What stands in a node."""

    service: str
    name: str
    title: str
    """Service and name in one."""

    count: str
    warns: bool = False


def arrow_named(name: str) -> Arrow | None:
    """Return the arrow of that name, or None when it names a node."""
    return next((arrow for arrow in _TOPOLOGY.arrows if arrow.name == name), None)


def node_texts(state: DiagramState, name: str, room: int) -> NodeTexts:
    """Return what stands in a node with that many columns."""
    running = "▶ running" if state.function_running else "· idle"
    waiting = f"▤ {state.visible:,} + {state.in_flight:,}"
    dead = state.dead_lettered
    titles = {
        "uploads": ("S3", "uploads", ("S3 uploads",), _number(state.uploads, "photo", room)),
        "queue": ("SQS", "jobs", ("SQS jobs",), (waiting, waiting.replace(" ", ""))),
        "dead-letter-queue": ("SQS DLQ", "dead letters", ("SQS DLQ",), (f"† {dead:,}",)),
        "function": (
            "Lambda",
            "λ thumbnail",
            ("λ thumbnail",),
            (running if state.mapping_enabled else "◇ not polled",),
        ),
        "thumbnails": (
            "S3",
            "thumbnails",
            ("S3 thumbnails", "S3 thumbs"),
            _number(state.thumbnails, "photo", room),
        ),
        "table": (
            "DynamoDB",
            "images",
            ("DynamoDB",),
            _number(state.items, "item", room),
        ),
    }
    service, short, title, count = titles[name]
    return NodeTexts(
        service,
        short[:room],
        _first_that_fits(title, room),
        _first_that_fits(count, room),
        warns=name == "dead-letter-queue" and dead > 0,
    )


def caption(state: DiagramState, selected: str, width: int) -> str:
    """Return one line about what is selected, cut to a width."""
    arrow = arrow_named(selected)
    if arrow is None:
        texts: tuple[str, ...] = (_node_caption(state, selected),)
    else:
        texts = _arrow_captions(state, arrow)
    text = next((text for text in texts if len(text) <= width), texts[-1])
    return text if len(text) <= width else f"{text[: width - 1]}…"


def arrow_words(state: DiagramState, arrow: Arrow) -> str:
    """Return the glyph and word of an arrow's state: ``✓ allowed``, ``╳ broken, ✗ denied``."""
    mark = state.arrows.get(arrow.name, ArrowState.IDLE)
    if state.passing == arrow.name and mark is not ArrowState.DENIED:
        mark = ArrowState.PASSING
    words = f"{_GLYPHS[mark]} {mark.value}"
    if arrow.name not in state.broken:
        return words
    return f"╳ broken, {words}" if mark is ArrowState.DENIED else "╳ broken"


def _arrow_captions(state: DiagramState, arrow: Arrow) -> tuple[str, ...]:
    """Return an arrow's caption, the longest first."""
    more = f" +{len(arrow.actions) - 1}" if len(arrow.actions) > 1 else ""
    start = f"▸ {arrow.number} {arrow_words(state, arrow)} · "
    short = f"{start}{arrow.actions[0]}{more}"
    return (
        f"{start}{' '.join(arrow.actions)} · {arrow.policy} / {arrow.sid}",
        f"{short} · {arrow.policy} / {arrow.sid}",
        f"{short} · {arrow.policy}",
        short,
    )


def _node_caption(state: DiagramState, name: str) -> str:
    topology = _TOPOLOGY
    receives = topology.queue.max_receive_count
    texts = {
        "uploads": f"S3 bucket uploads · {counted(state.uploads, 'photo')} stored",
        "queue": (
            f"SQS queue {topology.queue.name} · ▤ {state.visible:,} visible + "
            f"{state.in_flight:,} in flight + {state.delayed:,} delayed"
        ),
        "dead-letter-queue": (
            f"SQS queue {topology.dead_letter_queue.name} · "
            f"† {counted(state.dead_lettered, 'message')} · after {receives} receives"
        ),
        "function": (
            f"Lambda function {topology.function.name} · "
            f"{'▶ running' if state.function_running else '· idle'} · event source mapping "
            f"{'enabled' if state.mapping_enabled else 'disabled'}"
        ),
        "thumbnails": f"S3 bucket thumbnails · {counted(state.thumbnails, 'thumbnail')} stored",
        "table": f"DynamoDB table {topology.table.name} · {counted(state.items, 'item')}",
    }
    return f"▸ {texts[name]}"


def _number(number: int, noun: str, room: int) -> tuple[str, ...]:
    return (counted(number, noun), f"{number:,}", str(number)[:room])


def _first_that_fits(texts: tuple[str, ...], room: int) -> str:
    return next((text for text in texts if len(text) <= room), texts[-1][:room])
