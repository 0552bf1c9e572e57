"""Where the nodes and arrows of the diagram stand at a width."""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.widgets.diagram_canvas import Route

COMPACT_WIDTH = 56
"""The narrowest width that is drawn without cutting anything off."""

ROOMY_WIDTH = 112


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands."""

    x: int
    y: int
    width: int

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.x + self.width

    @property
    def middle(self) -> int:
        """The column in its middle."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands at one width."""

    height: int
    """Rows, with the caption."""

    row: int
    """The row on which the first two arrows and the fourth run."""

    roomy: bool
    learner: tuple[int, str]
    boxes: dict[str, Box]
    routes: dict[str, Route]


def layout(width: int) -> Layout:
    """Return where everything stands at a width."""
    return _roomy(width) if width >= ROOMY_WIDTH else _compact(max(width, COMPACT_WIDTH))


def _compact(width: int) -> Layout:
    narrow = width < 77
    learner = "you▶" if narrow else "you ──▶" if width < 96 else "you ──put──▶"
    widths = (10, 10, 11, 9) if narrow else (12, 12, 13, 15)
    gap = (width - len(learner) - sum(widths)) // 3
    left = (width - len(learner) - sum(widths) - 3 * gap) // 2
    start = left + len(learner)
    uploads = Box(start, 1, widths[0])
    queue = Box(uploads.right + gap, 1, widths[1])
    function = Box(queue.right + gap, 1, widths[2])
    thumbnails = Box(function.right + gap, 1, widths[3])
    table = Box(thumbnails.x, 4, widths[3])
    down = function.middle
    return Layout(
        height=7,
        row=1,
        roomy=False,
        learner=(left, learner),
        boxes={
            "uploads": uploads,
            "queue": queue,
            "dead-letter-queue": Box(queue.x, 4, widths[1]),
            "function": function,
            "thumbnails": thumbnails,
            "table": table,
        },
        routes=_routes(uploads, queue, function, thumbnails, row=1, top=0, tip=0)
        | {
            "function-writes-metadata": Route(
                ((down, 3), (down, 4), (table.x - 1, 4)),
                "d",
                "r",
                (down + 1, 4),
                table.x - down - 2,
            )
        },
    )


def _roomy(width: int) -> Layout:
    learner = "you ──put──▶"
    widths = (15, 16, 15, 16)
    gap = (width - len(learner) - sum(widths)) // 3
    left = (width - len(learner) - sum(widths) - 3 * gap) // 2
    start = left + len(learner)
    uploads = Box(start, 2, widths[0])
    queue = Box(uploads.right + gap, 2, widths[1])
    function = Box(queue.right + gap, 2, widths[2])
    thumbnails = Box(function.right + gap, 2, widths[3])
    table = Box(thumbnails.x, 7, widths[3])
    down = function.middle
    return Layout(
        height=12,
        row=3,
        roomy=True,
        learner=(left, learner),
        boxes={
            "uploads": uploads,
            "queue": queue,
            "dead-letter-queue": Box(queue.x, 7, widths[1]),
            "function": function,
            "thumbnails": thumbnails,
            "table": table,
        },
        routes=_routes(uploads, queue, function, thumbnails, row=3, top=0, tip=1)
        | {
            "function-writes-metadata": Route(
                ((down, 6), (down, 8), (table.x - 1, 8)),
                "d",
                "r",
                (down + 1, 8),
                table.x - down - 2,
            )
        },
    )


def _routes(
    uploads: Box,
    queue: Box,
    function: Box,
    thumbnails: Box,
    *,
    row: int,
    top: int,
    tip: int,
) -> dict[str, Route]:
    """Return the arrows between neighbours, and the one over the top."""

    def along(start: int, end: int, direction: str) -> Route:
        label_from = (start if direction == "r" else end + 1, row)
        room = abs(end - start)
        return Route(((start, row), (end, row)), direction, direction, label_from, room)

    over = (
        (function.middle, tip),
        (function.middle, top),
        (uploads.middle, top),
        (uploads.middle, tip),
    )
    return {
        "s3-to-queue": along(uploads.right, queue.x - 1, "r"),
        "queue-to-function": along(function.x - 1, queue.right, "l"),
        "function-reads-uploads": Route(
            tuple(dict.fromkeys(over)),
            "u",
            "d",
            (uploads.middle + 1, top),
            function.middle - uploads.middle - 1,
        ),
        "function-writes-thumbnails": along(function.right, thumbnails.x - 1, "r"),
    }
