"""The nodes that the diagram shows, what they are called, and how they hang together.

What flows through an architecture makes a tree: from where things come in, over every arrow and
link, to where they end. A node that two branches lead to stands in both of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.topology import Arrow, Node, Queue, Topology

DEAD_LETTERS = "dead-letter-queue"
"""The node of the only dead-letter queue; where there are several, each is told at its queue."""

SERVICES = {
    "bucket": "S3",
    "queue": "SQS",
    "topic": "SNS",
    "bus": "EventBridge",
    "rule": "Rule",
    "table": "DynamoDB",
    "stream": "Stream",
    "function": "Lambda",
}
_NOUNS = {
    "bucket": "object",
    "table": "item",
    "topic": "message",
    "bus": "event",
    "rule": "event",
    "stream": "record",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One node in the tree."""

    node: Node
    column: int
    row: int
    is_again: bool = False
    """Whether the node stands in an earlier branch too."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way from spot to spot: an arrow, or a link that needs no permission."""

    source: Spot
    target: Spot
    arrow: Arrow | None

    @property
    def is_pulled(self) -> bool:
        """Whether the target calls the source: Lambda polls for the function."""
        return self.arrow is not None and self.arrow.actor == "poller"


@dataclass(frozen=True, slots=True)
class Tree:
    """All spots and ways of an architecture."""

    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]
    readings: tuple[Way, ...]
    """Arrows from a function back to where things came in."""

    rows: int
    reading_order: tuple[str, ...]
    """Every node and arrow, along the way of what goes through."""


class _Growing:
    """Grows the tree, branch by branch."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.nodes = {node.name: node for node in topology.nodes}
        self.spots: dict[str, Spot] = {}
        self.all_spots: list[Spot] = []
        self.ways: list[Way] = []
        self.order: list[str] = []
        self.flows: dict[str, list[tuple[str, Arrow | None]]] = {name: [] for name in self.nodes}
        for source, target in topology.links:
            self.flows[source].append((target, None))
        for arrow in topology.arrows:
            if not reads_back(topology, arrow):
                self.flows[arrow.source].append((arrow.target, arrow))
        targets = {target for flows in self.flows.values() for target, _ in flows}
        self.roots = [name for name in self.nodes if name not in targets]

    def grow(self, name: str, column: int, row: int) -> tuple[Spot, int]:
        """Place a node and what follows it; return its spot and the first free row."""
        node = self.nodes[name]
        is_again = name in self.spots
        spot = Spot(node, column, row, is_again)
        self.all_spots.append(spot)
        if is_again:
            return spot, row + 1
        self.spots[name] = spot
        self.order.append(name)
        end = row + 1
        if node.kind == "queue" and has_dead_letter_node(self.topology):
            dead = shown_node(self.topology, DEAD_LETTERS)
            if dead is not None and is_polled(self.topology, node):
                self.all_spots.append(Spot(dead, column, row + 1))
                self.order.append(DEAD_LETTERS)
                end = row + 2
        self.order += [
            a.name
            for a in self.topology.arrows
            if a.target == name and reads_back(self.topology, a)
        ]
        following = row
        for target, arrow in self.flows[name]:
            if arrow is not None:
                self.order.append(arrow.name)
            child, following = self.grow(target, column + 1, following)
            self.ways.append(Way(spot, child, arrow))
        return spot, max(end, following)


def tree_of(topology: Topology) -> Tree:
    """Return an architecture as a tree of spots."""
    growing = _Growing(topology)
    row = 0
    for root in growing.roots:
        _, row = growing.grow(root, 0, row)
    readings = [
        Way(growing.spots[arrow.source], growing.spots[arrow.target], arrow)
        for arrow in topology.arrows
        if reads_back(topology, arrow)
    ]
    return Tree(
        tuple(growing.all_spots), tuple(growing.ways), tuple(readings), row, tuple(growing.order)
    )


def reads_back(topology: Topology, arrow: Arrow) -> bool:
    """Tell whether an arrow goes from a function back to what it was told of."""
    kinds = {node.name: node.kind for node in topology.nodes}
    return arrow.actor == "function" and kinds[arrow.target] == "function"


# -- queues and their dead letters --


def queue_of(topology: Topology, node: Node) -> Queue | None:
    """Return the queue that a node stands for, if it is one."""
    if node.kind != "queue":
        return None
    return next((queue for queue in topology.queues if queue.name == node.resource), None)


def dead_letters_of(topology: Topology, queue: Queue) -> Queue | None:
    """Return a queue's dead-letter queue."""
    return next((other for other in topology.queues if other.arn == queue.dead_letters_to), None)


def is_polled(topology: Topology, node: Node) -> bool:
    """Tell whether Lambda polls a node's queue for a function."""
    queue = queue_of(topology, node)
    return queue is not None and topology.mapping_of(queue.arn) is not None


def has_dead_letter_node(topology: Topology) -> bool:
    """Tell whether the dead-letter queue has a node: where only one queue has one."""
    return sum(queue.dead_letters_to is not None for queue in topology.queues) == 1


def shown_node(topology: Topology, name: str) -> Node | None:
    """Return a node by its name, the dead-letter queue's among them."""
    if name == DEAD_LETTERS and has_dead_letter_node(topology):
        source = next(q for q in topology.queues if q.dead_letters_to is not None)
        dead = dead_letters_of(topology, source)
        return Node(name, "queue", dead.name, "dead letters") if dead is not None else None
    return next((node for node in topology.nodes if node.name == name), None)


# -- names --


def noun_of(topology: Topology, node: Node) -> str:
    """Return what a node counts, in the singular."""
    entry = topology.entry
    is_entry = entry.kind == "upload" and entry.resource == node.resource
    return entry.noun if is_entry else _NOUNS[node.kind]


def count_room(topology: Topology, node: Node) -> int:
    """Return the columns that a small counter takes with its noun."""
    if node.kind in {"queue", "function"}:
        return 9
    digits = 2 if node.resource == topology.entry.resource else 1
    return len(noun_of(topology, node)) + 2 + digits


def plain_title(node: Node) -> str:
    """Return a node's title without the kind that its service names already."""
    for ending in (" queue", " topic", " bus"):
        if node.title.endswith(ending):
            return node.title.removesuffix(ending)
    return node.title


def titles(node: Node) -> tuple[str, ...]:
    """Return what a node is called, service and name in one, the longest first."""
    if node.name == DEAD_LETTERS:
        return ("SQS DLQ", "DLQ")
    name = plain_title(node)
    special = {
        "function": (f"λ {name}", name),
        "topic": (f"SNS {name}", "SNS"),
        "bus": ("EventBridge", "bus"),
        "rule": (f"rule {name}", name, name.partition(" ")[0]),
        "stream": ("its stream", "stream"),
    }
    return special.get(node.kind) or (f"{SERVICES[node.kind]} {name}", name)


def line_titles(node: Node) -> tuple[str, ...]:
    """Return what a node is called where it has one line with its counter."""
    if node.kind == "queue":
        return ("SQS",)
    return titles(node)[1:] if node.kind in {"bus", "rule", "stream"} else titles(node)


def box_title(node: Node) -> str:
    """Return what stands in a box under its service."""
    return f"λ {plain_title(node)}" if node.kind == "function" else plain_title(node)


def box_service(node: Node) -> str:
    """Return what stands in the border of a box."""
    return "SQS DLQ" if node.name == DEAD_LETTERS else SERVICES[node.kind]
