"""The words of the Live screen that are no widget's own. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipeline.topology import Arrow, PolicyDocument, Topology, statement_of
from studyapp.reports import Activity, Status

_MODES = {
    Activity.STARTING: "◌ starting",
    Activity.RESETTING: "◌ resetting",
    Activity.UPLOADING: "▲ uploading",
    Activity.STOPPED: "✗ stopped",
    Activity.BURSTING: "▲ burst",
}


def mode_words(status: Status) -> str:
    """Return what the sandbox does, in two words."""
    if status.activity in _MODES:
        return _MODES[status.activity]
    if not status.playing:
        return "‖ stepping"
    if not status.seconds_per_hop:
        return "▶ playing, fast"
    return f"▶ playing, {status.seconds_per_hop:g} s a hop"


def clock_words(seconds: float) -> str:
    """Return the sandbox's time as ``0:03:12``, with days in front when there are any."""
    whole = int(seconds)
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days} d {clock}" if days else clock


def title_line(name: str, topology: Topology, status: Status, seconds: float, width: int) -> str:
    """Return the screen's first line: what it shows, and how it goes there."""
    left = f"{name}   {topology.name}"
    full = f"{left}   {topology.summary}"
    if width >= len(full) + 42:
        left = full
    right = f"{mode_words(status)}   {clock_words(seconds)}"
    return f"{left}{right:>{max(width - len(left), len(right) + 1)}}"


def statement_lines(arrow: Arrow, policies: Mapping[str, PolicyDocument]) -> tuple[str, str]:
    """Return an arrow's permission as it stands now: a heading, and its statement or what is amiss.

    An arrow without its statement is broken; the statement may stand and be changed.
    """
    heading = f"{arrow.number} · {arrow.meaning}"
    document = policies.get(arrow.policy)
    if document is None:
        return heading, "…"
    try:
        statement = statement_of(document, arrow.sid)
    except KeyError:
        return heading, f"╳ No statement {arrow.sid} stands in the {arrow.policy}."
    return heading, json_lines(statement)


def json_lines(statement: Mapping[str, object]) -> str:
    """Return a statement as JSON that is short on lines: one for each element."""
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in statement.items()
    )
    return f"{{\n{lines}\n}}"
