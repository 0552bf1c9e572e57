from typing import Any

from studyapp.widgets.dials import Dial, Dials
from tests.studyapp.widgets.samples import screen_text

DIALS = (Dial("size", "batch size", (1, 10, 100)), Dial("window", "window", (0, 5), "seconds"))


def turned(app: Any) -> list[tuple[str, int]]:
    return [(m.name, m.value) for m in app.messages]


def watched(show: Any, values: dict[str, int]) -> Any:
    class Watched(Dials):
        def on_dials_turned(self, message: Dials.Turned) -> None:
            self.app.messages.append(message)  # type: ignore[attr-defined]

    return show(Watched(DIALS, values))


async def test_left_and_right_ask_for_the_next_value_and_change_nothing_themselves(
    show: Any,
) -> None:
    app = watched(show, {"size": 10, "window": 0})
    async with app.run_test() as pilot:
        await pilot.press("tab", "right", "left", "down", "right", "left")
        assert turned(app) == [("size", 100), ("size", 1), ("window", 5)]
        assert "10" in screen_text(app)


async def test_a_value_between_two_goes_to_its_neighbours(show: Any) -> None:
    app = watched(show, {"size": 50})
    async with app.run_test() as pilot:
        await pilot.press("tab", "right", "left")
        assert turned(app) == [("size", 100), ("size", 10)]


async def test_a_dial_that_is_not_set_begins_with_its_least_value(show: Any) -> None:
    app = watched(show, {})
    async with app.run_test() as pilot:
        await pilot.press("tab", "up", "right")
        assert turned(app) == [("window", 0)]
        assert "▸ window" in screen_text(app)


async def test_a_click_marks_a_dial(show: Any) -> None:
    app = watched(show, {"size": 1, "window": 0})
    async with app.run_test() as pilot:
        await pilot.click(Dials, offset=(4, 1))
        assert "▸ window" in screen_text(app)
