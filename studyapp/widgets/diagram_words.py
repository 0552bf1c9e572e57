"""The words in and under the diagram."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.counts import QueueCount
from pipeline.topology import Arrow, Node
from pipeline.words import counted
from studyapp.widgets.diagram_nodes import (
    DEAD_LETTERS,
    dead_letters_of,
    has_dead_letter_node,
    is_polled,
    noun_of,
    queue_of,
    shown_node,
)
from studyapp.widgets.diagram_state import ArrowState, DiagramState

_GLYPHS = {
    ArrowState.IDLE: "·",
    ArrowState.PASSING: "●",
    ArrowState.ALLOWED: "✓",
    ArrowState.DENIED: "✗",
}


_PHRASES = {
    "bucket": ("S3 bucket", "stored"),
    "table": ("DynamoDB table", ""),
    "topic": ("SNS topic", "published"),
    "bus": ("EventBridge bus", ""),
    "rule": ("EventBridge rule", "matched"),
    "stream": ("DynamoDB stream of", "read"),
}
"""By kind of node: what it is, and what happens to what it counts."""


@dataclass(frozen=True, slots=True)
class NodeTexts:
    """What stands in a node, cut to its room."""

    title: str
    count: str
    warns: bool = False


def arrow_named(state: DiagramState, name: str) -> Arrow | None:
    """Return the arrow of that name, or None when it names a node."""
    return next((arrow for arrow in state.topology.arrows if arrow.name == name), None)


def node_texts(state: DiagramState, node: Node, titles: tuple[str, ...], room: int) -> NodeTexts:
    """Return what stands in a node with that many columns: the longest title that fits."""
    warns = node.kind == "queue" and _dead(state, node) > 0
    return NodeTexts(
        _first_that_fits(titles, room), _first_that_fits(_counts(state, node), room), warns
    )


def node_line(state: DiagramState, node: Node, titles: tuple[str, ...], room: int) -> str:
    """Return a node in one line: its title and its counter as far as they fit."""
    if node.kind == "function":
        mark = "▶" if _running(state, node) else "λ"
        return _first_that_fits(tuple(title.replace("λ", mark) for title in titles), room)
    if node.kind == "queue":
        short = _short_queue_counts(state, node)
        return _first_that_fits((*(f"{titles[-1]} {count}" for count in short), *short), room)
    number = _counts(state, node)[-1]
    return _first_that_fits((*(f"{title} {number}" for title in titles), *titles), room)


def caption(state: DiagramState, selected: str, width: int) -> str:
    """Return one line about what is selected, cut to a width."""
    arrow = arrow_named(state, selected)
    texts: tuple[str, ...]
    if arrow is not None:
        texts = _arrow_captions(state, arrow)
    else:
        node = shown_node(state.topology, selected)
        texts = (f"▸ {_node_caption(state, node)}" if node is not None else "",)
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


def _node_caption(state: DiagramState, node: Node) -> str:
    if node.kind == "function":
        return _function_caption(state, node)
    if node.kind == "queue":
        return _queue_caption(state, node)
    what, happens = _PHRASES[node.kind]
    name = node.title if node.kind == "bucket" else node.resource
    number = counted(_number(state, node), noun_of(state.topology, node))
    return f"{what} {name} · {number} {happens}".rstrip()


def _function_caption(state: DiagramState, node: Node) -> str:
    text = f"Lambda function {node.resource} · {_running_words(state, node)}"
    function = state.topology.function_named(node.resource)
    if all(mapping.function != function.name for mapping in state.topology.mappings):
        return f"{text} · invoked asynchronously"
    return f"{text} · event source mapping {'enabled' if state.mapping_enabled else 'disabled'}"


def _queue_caption(state: DiagramState, node: Node) -> str:
    count = state.queue(node.resource)
    text = f"SQS queue {node.resource} · "
    if not is_polled(state.topology, node):
        text += f"† {counted(count.total, 'message')}"
        receives = state.topology.queue.max_receive_count
        return f"{text} · after {receives} receives" if node.name == DEAD_LETTERS else text
    text += (
        f"▤ {count.visible:,} visible + {count.in_flight:,} in flight + {count.delayed:,} delayed"
    )
    dead = _dead(state, node)
    return f"{text} · † {dead:,} in {_dead_name(state, node)}" if dead else text


# -- counting --


def _counts(state: DiagramState, node: Node) -> tuple[str, ...]:
    """Return a node's counter, the longest first; the last is a bare number where there is one."""
    if node.kind == "function":
        number = _running(state, node)
        return (_running_words(state, node), f"▶ {number}" if number else "·")
    if node.kind == "queue":
        return _queue_counts(state, node)
    number = _number(state, node)
    return (counted(number, noun_of(state.topology, node)), f"{number:,}", _short(number))


def _queue_counts(state: DiagramState, node: Node) -> tuple[str, ...]:
    count, dead = state.queue(node.resource), _dead(state, node)
    short = _short_queue_counts(state, node)
    if not is_polled(state.topology, node):
        return (f"† {count.total:,}", *short)
    texts = (_waiting(count, " "), _waiting(count, ""))
    return (*(f"{text} †{dead:,}" for text in texts if dead), *short[:-1], *texts, short[-1])


def _short_queue_counts(state: DiagramState, node: Node) -> tuple[str, ...]:
    """Return a queue's counter in few columns: with its dead letters, and without."""
    count, dead = state.queue(node.resource), _dead(state, node)
    if not is_polled(state.topology, node):
        return (f"†{_short(count.total)}",)
    waiting = f"▤{_short(count.visible)}+{_short(count.in_flight)}"
    return (
        (f"{waiting} †{_short(dead)}", f"{waiting}†{_short(dead)}", waiting) if dead else (waiting,)
    )


def _waiting(count: QueueCount, space: str) -> str:
    return f"▤ {count.visible:,} + {count.in_flight:,}".replace(" ", space)


def _short(number: int) -> str:
    """Return a number in at most four characters: ``9,999`` becomes ``9k``."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number // size}{unit}"
    return str(number)


def _number(state: DiagramState, node: Node) -> int:
    match node.kind:
        case "bucket":
            return state.objects.get(node.resource, 0)
        case "table":
            return state.table_items.get(node.resource, 0)
    return state.passed.get(node.name, 0)


def _running(state: DiagramState, node: Node) -> int:
    return sum(name == node.resource for name in state.running.values())


def _running_words(state: DiagramState, node: Node) -> str:
    number = _running(state, node)
    if number > 1:
        return f"▶ {number} running"
    if number:
        return "▶ running"
    return "· idle" if state.mapping_enabled else "◇ not polled"


def _dead(state: DiagramState, node: Node) -> int:
    """Return how many dead letters a queue's node shows: its own, or those of its own queue."""
    topology = state.topology
    if not is_polled(topology, node):
        return state.queue(node.resource).total
    if has_dead_letter_node(topology):
        return 0
    return state.queue(_dead_name(state, node)).total


def _dead_name(state: DiagramState, node: Node) -> str:
    queue = queue_of(state.topology, node)
    dead = dead_letters_of(state.topology, queue) if queue is not None else None
    return dead.name if dead is not None else ""


def _first_that_fits(texts: tuple[str, ...], room: int) -> str:
    found = next((text for text in texts if len(text) <= room), None)
    return found if found is not None else f"{texts[-1][: max(0, room - 1)]}…"
