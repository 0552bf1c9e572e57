from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topology import ARROW_NAMES
from studyapp.widgets.diagram_canvas import Role
from studyapp.widgets.diagram_drawing import draw, height_of
from studyapp.widgets.diagram_folding import start_passing
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from studyapp.widgets.diagram_words import NODES

IDLE = DiagramState.initial()
BUSY = replace(
    IDLE,
    uploads=12,
    visible=12,
    in_flight=3,
    dead_lettered=1,
    thumbnails=11,
    items=11,
    function_running=True,
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


def drawn(state: DiagramState, selected: str, width: int, tick: int | None = None) -> list[str]:
    lines = draw(state, selected, width, tick)
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def test_60_columns_show_the_whole_architecture() -> None:
    assert drawn(BUSY, "s3-to-queue", 60) == [
        "         ▼───────────── 3✓ ────────────╮",
        "you▶S3 uploads─1✓─▶SQS jobs  ◀─2✓─λ thumbnail━━4●▶S3 thumbs",
        "    12 photos      ▤ 12 + 3       ▶ running       11 photos",
        "                        ▼              │",
        "                   SQS DLQ             ╰──5✗ ╳ ──▶DynamoDB",
        "                   † 1                            11 items",
        "▸ 1 ✓ allowed · sqs:SendMessage · queue-policy / S3ToQueue",
    ]


def test_80_columns_give_each_name_its_room() -> None:
    assert drawn(BUSY, "function-writes-metadata", 80, tick=1) == [
        "             ▼───────────────── 3✓ ────────────────╮",
        "you ──▶ S3 uploads ──1✓──▶ SQS jobs   ◀──2✓── λ thumbnail ━●━4━━▶ S3 thumbnails",
        "        12 photos          ▤ 12 + 3           ▶ running           11 photos",
        "                                ▼                  │",
        "                           SQS DLQ                 ╰── 5✗ ─ ╳ ──▶ DynamoDB",
        "                           † 1                                    11 items",
        "▸ 5 ╳ broken, ✗ denied · dynamodb:PutItem · execution-role-policy",
    ]


def test_120_columns_draw_boxes_and_name_the_calls() -> None:
    assert drawn(IDLE, "queue", 120) == [
        "                   ╭───────────────────────────── 3 ────────────────────────────╮",
        "                   ▼                          GetObject                         │",
        (
            "            ╭─ S3 ────────╮               ╭─ SQS ────────╮               "
            "╭─ Lambda ────╮               ╭─ S3 ─────────╮"
        ),
        (
            "you ──put──▶│ uploads     │────── 1 ─────▶│ jobs         │◀────── 2 ─────"
            "│ λ thumbnail │────── 4 ─────▶│ thumbnails   │"
        ),
        (
            "            │ 0 photos    │  SendMessage  │ ▤ 0 + 0      │     Receive   "
            "│ · idle      │   PutObject   │ 0 photos     │"
        ),
        (
            "            ╰─────────────╯               ╰──────────────╯               "
            "╰─────────────╯               ╰──────────────╯"
        ),
        "                                                  ▼                             │",
        (
            "                                          ╭─ SQS DLQ ────╮                      │"
            "                      ╭─ DynamoDB ───╮"
        ),
        (
            "                                          │ dead letters │                      "
            "╰───────── 5 ─────────▶│ images       │"
        ),
        (
            "                                          │ † 0          │                       "
            "       PutItem        │ 0 items      │"
        ),
        (
            "                                          ╰──────────────╯                       "
            "                      ╰──────────────╯"
        ),
        "▸ SQS queue jobs · ▤ 0 visible + 0 in flight + 0 delayed",
    ]


def test_eighty_columns_take_seven_rows() -> None:
    assert height_of(80) == 7


@given(
    width=st.integers(56, 240),
    state=st.sampled_from([IDLE, BUSY, replace(BUSY, uploads=123_456, visible=98_765)]),
    selected=st.sampled_from([*ARROW_NAMES, *NODES]),
    tick=st.none() | st.integers(0, 300),
)
def test_every_line_has_exactly_the_width_there_is(
    width: int, state: DiagramState, selected: str, tick: int | None
) -> None:
    lines = draw(state, selected, width, tick)
    assert len(lines) == height_of(width)
    assert {sum(len(segment.text) for segment in line) for line in lines} == {width}


@given(width=st.integers(56, 240), state=st.sampled_from([IDLE, BUSY]))
def test_every_arrow_keeps_its_number_and_its_head(width: int, state: DiagramState) -> None:
    text = "\n".join(drawn(state, "queue", width)[:-1])
    assert all(str(number) in text for number in range(1, 6))
    assert (text.count("◀"), text.count("▼")) == (1, 2)
    assert text.count("▶") - text.count("▶ running") == 4


@pytest.mark.parametrize("width", [56, 60, 80, 100, 120])
@pytest.mark.parametrize("name", ARROW_NAMES)
def test_each_state_of_an_arrow_has_a_sign_of_its_own(width: int, name: str) -> None:
    def text(state: DiagramState) -> str:
        lines = draw(state, "table", width)
        return "".join(s.text for line in lines for s in line if s.target == name)

    idle = text(IDLE)
    passing = text(start_passing(IDLE, name))
    allowed = text(replace(IDLE, arrows={**IDLE.arrows, name: ArrowState.ALLOWED}))
    denied = text(replace(IDLE, arrows={**IDLE.arrows, name: ArrowState.DENIED}))
    broken = text(replace(IDLE, broken=frozenset({name})))
    assert ("●" in passing, "✓" in allowed, "✗" in denied, "╳" in broken) == (True,) * 4
    assert len({idle, passing, allowed, denied, broken}) == 5


def test_a_passing_call_moves_along_its_arrow_and_rests_without_animation() -> None:
    state = start_passing(IDLE, "s3-to-queue")
    frames = {tuple(drawn(state, "queue", 80, tick)) for tick in range(40)}
    assert len(frames) == 5
    assert drawn(state, "queue", 80, None) == drawn(state, "queue", 80, None)


def test_a_broken_arrow_lets_nothing_pass() -> None:
    state = replace(start_passing(IDLE, "s3-to-queue"), broken=frozenset({"s3-to-queue"}))
    assert "●" not in "".join(drawn(state, "queue", 80))


def test_a_full_dead_letter_queue_is_an_alert() -> None:
    roles = {s.role for line in draw(BUSY, "queue", 80) for s in line if "†" in s.text}
    assert roles == {Role.ALERT}


@pytest.mark.parametrize("name", [*ARROW_NAMES, *NODES])
def test_the_caption_says_in_words_what_is_selected(name: str) -> None:
    caption = drawn(BUSY, name, 120)[-1]
    assert caption.startswith("▸ ")
    assert any(
        word in caption
        for word in ("allowed", "passing", "broken", "bucket", "queue", "function", "table")
    )
