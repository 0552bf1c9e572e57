from typing import Any

from studyapp.widgets.trend import Trend
from tests.studyapp.widgets.samples import screen_text


async def test_a_number_that_was_always_zero_lies_flat(show: Any) -> None:
    app = show(Trend("queue", id="depth"))
    async with app.run_test(size=(20, 5)) as pilot:
        app.query_one(Trend).add(0.0, "▤ 0 + 0")
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert "queue  ▤ 0 + 0" in lines[0]
        assert "█" not in "".join(lines)


async def test_a_number_rises_to_its_most_and_can_begin_anew(show: Any) -> None:
    app = show(Trend("queue", id="depth"))
    async with app.run_test(size=(20, 5)) as pilot:
        trend = app.query_one(Trend)
        for value in (2.0, 8.0, 4.0):
            trend.add(value, f"▤ {value:g}")
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert "▤ 4" in lines[0]
        assert "█" in lines[1]
        trend.clear()
        await pilot.pause()
        assert "█" not in screen_text(app)
