from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.reactive import var

from studyapp.widgets.diagram_folding import start_passing
from studyapp.widgets.diagram_state import DiagramState, drawn_at_first
from studyapp.widgets.pipeline_diagram import PipelineDiagram
from tests.studyapp.widgets.samples import screen_text


class Living(App[None]):
    """One writer of the state, bound to the diagram."""

    diagram: var[DiagramState] = var(DiagramState.initial)

    def __init__(self) -> None:
        super().__init__()
        self.selected: list[str] = []

    def compose(self) -> ComposeResult:
        yield PipelineDiagram().data_bind(state=Living.diagram)

    def on_pipeline_diagram_selected(self, message: PipelineDiagram.Selected) -> None:
        self.selected.append(message.name)


@pytest.fixture
def living() -> Living:
    return Living()


@pytest.mark.parametrize(("width", "rows"), [(60, 7), (80, 7), (120, 12)])
async def test_the_diagram_takes_the_rows_it_needs(width: int, rows: int, living: Living) -> None:
    async with living.run_test(size=(width, 30)):
        assert living.query_one(PipelineDiagram).size.height == rows
        lines = screen_text(living).splitlines()
        assert lines[rows - 1].startswith("▸ 1 · idle")
        assert not any(lines[rows:])


async def test_right_walks_the_way_of_a_photo_and_left_walks_back(living: Living) -> None:
    async with living.run_test() as pilot:
        diagram = living.query_one(PipelineDiagram)
        diagram.focus()
        order = diagram.reading_order
        assert order[:3] == ("uploads", "s3-to-queue", "queue")
        assert order[-1] == "table"
        await pilot.press(*["right"] * len(order))
        start = order.index("s3-to-queue") + 1
        assert living.selected == [*order[start:], *order[:start]]
        await pilot.press("left")
        assert living.selected[-1] == "uploads"


async def test_up_and_down_go_to_what_is_drawn_there(living: Living) -> None:
    async with living.run_test() as pilot:
        living.query_one(PipelineDiagram).focus()
        await pilot.press("down", "up", "up", "down", "right", "right")
        assert living.selected[:4] == [
            "dead-letter-queue",
            "queue",
            "function-reads-uploads",
            "queue",
        ]


async def test_another_architecture_takes_its_rows_and_selects_its_first_arrow(
    living: Living,
) -> None:
    async with living.run_test(size=(80, 24)) as pilot:
        diagram = living.query_one(PipelineDiagram)
        diagram.focus()
        await pilot.press("5")
        living.diagram = DiagramState.initial(drawn_at_first("fanout"))
        await pilot.pause()
        assert diagram.selected == "s3-to-topic"
        assert diagram.size.height == 9
        await pilot.press("0")
        assert living.selected[-1] == "topic-to-audit-queue"
        assert "▸ 10 · idle · sqs:SendMessage" in screen_text(living)


async def test_a_digit_selects_its_arrow(living: Living) -> None:
    async with living.run_test() as pilot:
        living.query_one(PipelineDiagram).focus()
        await pilot.press("5")
        assert living.selected == ["function-writes-metadata"]
        assert "▸ 5 · idle · dynamodb:PutItem" in screen_text(living)


@pytest.mark.parametrize(("width", "row"), [(80, 1), (120, 3)])
async def test_a_click_selects_what_is_under_it(width: int, row: int, living: Living) -> None:
    async with living.run_test(size=(width, 30)) as pilot:
        line = screen_text(living).splitlines()[row]
        await pilot.click(PipelineDiagram, offset=(line.index("jobs"), row))
        await pilot.click(PipelineDiagram, offset=(line.index("2"), row))
        await pilot.click(PipelineDiagram, offset=(line.index("you"), row))
        assert living.selected == ["queue", "queue-to-function"]


async def test_the_state_is_bound_to_one_writer(living: Living) -> None:
    async with living.run_test() as pilot:
        living.diagram = start_passing(DiagramState.initial(), "s3-to-queue")
        await pilot.pause()
        assert "●" in screen_text(living)
        assert "▸ 1 ● passing" in screen_text(living)


async def test_a_passing_call_moves_only_while_animations_are_on(living: Living) -> None:
    async with living.run_test() as pilot:
        diagram = living.query_one(PipelineDiagram)
        await pilot.pause(0.3)
        assert diagram.tick == 0
        living.animation_level = "none"
        living.diagram = start_passing(DiagramState.initial(), "s3-to-queue")
        await pilot.pause(0.3)
        assert diagram.tick == 0
        living.animation_level = "full"
        living.diagram = start_passing(DiagramState.initial(), "queue-to-function")
        await pilot.pause(0.5)
        assert diagram.tick > 0


async def test_the_selection_is_seen_without_colour(monkeypatch: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Living()
    async with app.run_test() as pilot:
        app.query_one(PipelineDiagram).focus()
        await pilot.press("3")
        assert "▸ 3 · idle · s3:GetObject" in screen_text(app)


async def test_what_a_step_is_not_about_is_dim(living: Living) -> None:
    async with living.run_test(size=(80, 24)) as pilot:
        diagram = living.query_one(PipelineDiagram)
        assert not any(diagram._is_dim(name) for name in diagram.reading_order)
        diagram.lit = frozenset({"uploads", "queue"})
        await pilot.pause()
        lit = [name for name in diagram.reading_order if not diagram._is_dim(name)]
        assert lit == ["uploads", "s3-to-queue", "queue"]
