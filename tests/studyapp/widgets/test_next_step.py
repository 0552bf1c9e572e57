from typing import Any

from studyapp.widgets.next_step import NextStep
from tests.studyapp.widgets.samples import screen_text


async def test_the_next_thing_to_do_is_named_with_its_key(show: Any) -> None:
    step = NextStep("upload a photo", "u")
    app = show(step)
    async with app.run_test(size=(60, 5)) as pilot:
        assert screen_text(app).splitlines()[0] == " ▸ Next  upload a photo  [u]"
        step.text, step.key = "see why arrow 5 was denied: it has no permission at all any more", ""
        await pilot.pause()
        assert screen_text(app).splitlines()[0].endswith("…")
        step.text = ""
        await pilot.pause()
        assert not screen_text(app).strip()
