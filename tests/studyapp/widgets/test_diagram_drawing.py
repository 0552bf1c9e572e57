from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.counts import QueueCount
from pipeline.topology import ARROW_NAMES, TOPOLOGY_NAMES, make_topology
from studyapp.widgets.diagram_canvas import Role
from studyapp.widgets.diagram_drawing import draw
from studyapp.widgets.diagram_folding import start_passing
from studyapp.widgets.diagram_layout import Layout, layout
from studyapp.widgets.diagram_state import ArrowState, DiagramState, drawn_at_first

ROWS = {56: 24, 60: 16, 80: 24, 120: 40}
"""The rows of a terminal with so many columns."""

IDLE = DiagramState.initial()
ALL_IDLE = {name: DiagramState.initial(drawn_at_first(name)) for name in TOPOLOGY_NAMES}
NODES = ("uploads", "queue", "dead-letter-queue", "function", "thumbnails", "table")
BUSY = replace(
    IDLE,
    objects={"uploads-123456789012": 12, "thumbnails-123456789012": 11},
    queues={"jobs": QueueCount(12, 3), "jobs-dead-letter": QueueCount(1)},
    table_items={"images": 11},
    running={"r-1": "thumbnail"},
    passing="function-writes-thumbnails",
    arrows={
        **IDLE.arrows,
        "s3-to-queue": ArrowState.ALLOWED,
        "queue-to-function": ArrowState.ALLOWED,
        "function-reads-uploads": ArrowState.ALLOWED,
        "function-writes-metadata": ArrowState.DENIED,
    },
    broken=frozenset({"function-writes-metadata"}),
)


def plan(state: DiagramState, width: int, rows: int | None = None) -> Layout:
    return layout(state.topology, width, rows or ROWS.get(width, 24))


def drawn(
    state: DiagramState, selected: str, width: int, tick: int | None = None, rows: int | None = None
) -> list[str]:
    lines = draw(state, selected, plan(state, width, rows), tick)
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def filled(state: DiagramState) -> DiagramState:
    """Return a diagram with large numbers everywhere."""
    topology = state.topology
    return replace(
        state,
        objects={bucket.name: 123_456 for bucket in topology.buckets},
        table_items={table.name: 98_765 for table in topology.tables},
        queues={queue.name: QueueCount(98_765, 1_000, 3) for queue in topology.queues},
        passed={node.name: 12_345 for node in topology.nodes},
        running={str(n): topology.functions[0].name for n in range(12)},
        broken=frozenset(topology.arrow_names[:2]),
        arrows=dict.fromkeys(topology.arrow_names, ArrowState.DENIED),
    )


def test_60_columns_show_the_whole_architecture() -> None:
    assert drawn(BUSY, "s3-to-queue", 60) == [
        "         ▼───────────── 3✓ ────────────╮",
        "you▶S3 uploads ─1✓▶ SQS jobs  ◀─2✓λ thumbnail━4●▶thumbnails",
        "    12 photos       ▤ 12 + 3      ▶ running      11 objects",
        "                        ▼              │",
        "                    SQS DLQ            ╰──5✗ ╳ ─▶ images",
        "                    † 1                           11 items",
        "▸ 1 ✓ allowed · sqs:SendMessage · queue-policy / S3ToQueue",
    ]


def test_80_columns_give_each_name_its_room() -> None:
    assert drawn(BUSY, "function-writes-metadata", 80, tick=1) == [
        "              ▼─────────────── 3✓ ───────────────╮",
        " you ──▶ S3 uploads ──1✓─▶ SQS jobs  ◀──2✓─ λ thumbnail ━●4━━▶ S3 thumbnails",
        "         12 photos         ▤ 12 + 3         ▶ running          11 objects",
        "                               ▼                 │",
        "                           SQS DLQ               ╰── 5✗ ─ ╳ ─▶ DynamoDB images",
        "                           † 1                                 11 items",
        "▸ 5 ╳ broken, ✗ denied · dynamodb:PutItem · execution-role-policy",
    ]


def test_120_columns_draw_boxes_and_name_the_calls() -> None:
    text = drawn(IDLE, "queue", 120)

    assert len(text) == 12
    assert text[3].startswith(" you ──put──▶│ uploads   │────── 1 ──────▶│ jobs ")
    assert text[3].endswith("◀────── 2 ──────│ λ thumbnail │────── 4 ──────▶│ thumbnails │")
    assert all(call in text[4] for call in ("SendMessage", "ReceiveMessage", "PutObject"))
    assert "╭─ SQS DLQ ────╮" in text[7]
    assert text[8].endswith("╰────────── 5 ─────────▶│ images     │")
    assert text[11] == "▸ SQS queue jobs · ▤ 0 visible + 0 in flight + 0 delayed"


def test_80_columns_give_each_branch_a_row() -> None:
    assert drawn(ALL_IDLE["fanout"], "topic", 78) == [
        "         ▼───────────────────── 4 ────────────────────╮",
        "you▶uploads 0 ──1─▶SNS 0     ──2─▶SQS ▤0+0  ◀──3─thumbnail ──5─▶thumbnails 0",
        "                        │                             │",
        "                        │                             ╰─── 6 ──▶images 0",
        "                        │",
        "                        ├─── 7 ──▶SQS ▤0+0  ◀──8─λ index   ──9─▶catalogue 0",
        "                        │",
        "                        ╰── 10 ──▶SQS ▤0+0  ◀─11─λ audit   ─12─▶audit trail 0",
        "▸ SNS topic uploads · 0 messages published",
    ]


def test_what_two_branches_lead_to_stands_in_both_and_says_so() -> None:
    text = "\n".join(drawn(ALL_IDLE["eventbridge"], "bus", 118, rows=40))

    assert text.count("│ thumbnails │") == 2
    assert text.count("│ ↑ the same │") == 2
    assert "╰────────────────────────────────── 8 ────" in text


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
@pytest.mark.parametrize(("width", "rows"), [(58, 16), (78, 24), (118, 40)])
def test_the_drawing_leaves_half_of_the_screen_to_the_events(
    name: str, width: int, rows: int
) -> None:
    assert plan(ALL_IDLE[name], width, rows).height <= rows // 2


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
@pytest.mark.parametrize(("width", "rows"), [(58, 16), (78, 24), (118, 40)])
def test_nothing_is_drawn_over_anything_else(name: str, width: int, rows: int) -> None:
    layout = plan(ALL_IDLE[name], width, rows)
    taken: dict[Any, str] = {}
    for box in layout.boxes:
        for x in range(box.x, box.right):
            for y in range(box.y, box.bottom):
                assert 0 <= x < width
                assert taken.setdefault((x, y), box.spot.node.name) == box.spot.node.name
    for arrow, route in layout.routes:
        if arrow is not None:
            assert not {taken[cell] for cell in route.cells() if cell in taken}
            start, row = route.label_from
            label = {(x, row) for x in range(start, start + route.label_room)}
            assert not label & set(taken)


@given(
    width=st.integers(56, 240),
    rows=st.integers(16, 60),
    state=st.sampled_from([IDLE, BUSY, *map(filled, ALL_IDLE.values())]),
    tick=st.none() | st.integers(0, 300),
    data=st.data(),
)
def test_every_line_has_exactly_the_width_there_is(
    width: int, rows: int, state: DiagramState, tick: int | None, data: st.DataObject
) -> None:
    layout = plan(state, width, rows)
    selected = data.draw(st.sampled_from(layout.tree.reading_order))
    lines = draw(state, selected, layout, tick)
    assert len(lines) == layout.height
    assert {sum(len(segment.text) for segment in line) for line in lines} == {width}


@given(
    width=st.integers(56, 240),
    rows=st.integers(16, 60),
    state=st.sampled_from([*ALL_IDLE.values(), BUSY]),
)
def test_every_arrow_keeps_its_number_and_its_head(
    width: int, rows: int, state: DiagramState
) -> None:
    layout = plan(state, width, rows)
    lines = draw(state, layout.tree.reading_order[0], layout)
    for arrow in state.topology.arrows:
        text = "".join(s.text for line in lines for s in line if s.target == arrow.name)
        assert str(arrow.number) in text
        assert any(head in text for head in "◀▶▲▼")


@pytest.mark.parametrize("width", [56, 60, 80, 100, 120])
@pytest.mark.parametrize("topology", TOPOLOGY_NAMES)
def test_each_state_of_an_arrow_has_a_sign_of_its_own(width: int, topology: str) -> None:
    state = ALL_IDLE[topology]
    layout = plan(state, width)

    def text(state: DiagramState, name: str) -> str:
        lines = draw(state, "", layout)
        return "".join(s.text for line in lines for s in line if s.target == name)

    for name in state.topology.arrow_names:
        idle = text(state, name)
        passing = text(start_passing(state, name), name)
        allowed = text(replace(state, arrows={**state.arrows, name: ArrowState.ALLOWED}), name)
        denied = text(replace(state, arrows={**state.arrows, name: ArrowState.DENIED}), name)
        broken = text(replace(state, broken=frozenset({name})), name)
        assert ("●" in passing, "✓" in allowed, "✗" in denied, "╳" in broken) == (True,) * 4
        assert len({idle, passing, allowed, denied, broken}) == 5


def test_a_passing_call_moves_along_its_arrow_and_rests_without_animation() -> None:
    state = start_passing(IDLE, "s3-to-queue")
    frames = {tuple(drawn(state, "queue", 80, tick)) for tick in range(40)}
    assert len(frames) == 4
    assert drawn(state, "queue", 80, None) == drawn(state, "queue", 80, None)


def test_a_broken_arrow_lets_nothing_pass() -> None:
    state = replace(start_passing(IDLE, "s3-to-queue"), broken=frozenset({"s3-to-queue"}))
    assert "●" not in "".join(drawn(state, "queue", 80))


def test_dead_letters_are_an_alert_in_a_queue_of_their_own_and_beside_a_branch_s_queue() -> None:
    roles = {s.role for line in draw(BUSY, "queue", plan(BUSY, 80)) for s in line if "†" in s.text}
    assert roles == {Role.ALERT}

    fanout = replace(ALL_IDLE["fanout"], queues={"index-jobs-dead-letter": QueueCount(2)})
    alerts = [s for line in draw(fanout, "", plan(fanout, 78)) for s in line if "†" in s.text]
    assert [(s.role, s.target, s.text.strip()) for s in alerts] == [
        (Role.ALERT, "index-queue", "SQS ▤0+0†2")
    ]


@pytest.mark.parametrize("name", [*ARROW_NAMES, *NODES])
def test_the_caption_says_in_words_what_is_selected(name: str) -> None:
    caption = drawn(BUSY, name, 120)[-1]
    assert caption.startswith("▸ ")
    assert any(
        word in caption
        for word in ("allowed", "passing", "broken", "bucket", "queue", "function", "table")
    )


def test_every_kind_of_node_has_a_caption() -> None:
    for name in TOPOLOGY_NAMES:
        state = filled(ALL_IDLE[name])
        for node in state.topology.nodes:
            caption = drawn(state, node.name, 118, rows=40)[-1]
            assert caption.startswith("▸ ")
            assert node.resource in caption or node.title in caption


def test_up_and_down_lead_to_what_is_drawn_there() -> None:
    fanout = plan(ALL_IDLE["fanout"], 78)

    assert fanout.neighbour("thumbnail-queue", upwards=False) == "index-queue"
    assert fanout.neighbour("audit-queue", upwards=True) == "index-queue"
    assert fanout.neighbour("thumbnail", upwards=True) == "function-reads-uploads"
    assert fanout.neighbour("audits", upwards=False) is None
    assert fanout.neighbour("nothing", upwards=False) is None


def test_the_way_through_an_architecture_passes_everything_once() -> None:
    for name in TOPOLOGY_NAMES:
        topology = make_topology(name)
        order = plan(ALL_IDLE[name], 78).tree.reading_order
        assert len(set(order)) == len(order)
        assert {*topology.arrow_names, *(n.name for n in topology.nodes)} <= set(order)
