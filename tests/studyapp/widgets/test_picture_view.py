from typing import Any

import pytest
from rich.text import Text

from studyapp.widgets.picture_view import Picture, PictureView
from tests.studyapp.widgets.samples import screen_text

ORIGINAL = Picture("original", "4000 × 3000 JPEG · 3.1 MB", Text("####\n####"))
THUMBNAIL = Picture("thumbnail", "256 × 192 WebP · 14 KB", Text("%%"))


@pytest.mark.parametrize(("width", "beside"), [(80, True), (40, False)])
async def test_the_pictures_stand_side_by_side_where_there_is_room(
    width: int,
    beside: bool,  # noqa: FBT001 (a parameter of the test)
    show: Any,
) -> None:
    view = PictureView()
    app = show(view)
    async with app.run_test(size=(width, 20)) as pilot:
        view.show(ORIGINAL, THUMBNAIL)
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert any("original" in line and "thumbnail" in line for line in lines) == beside
        text = "\n".join(lines)
        assert all(part in text for part in ("####", "%%", ORIGINAL.caption, THUMBNAIL.caption))


async def test_the_view_says_in_words_that_there_is_nothing_yet(show: Any) -> None:
    view = PictureView()
    app = show(view)
    async with app.run_test() as pilot:
        assert "No photo yet." in screen_text(app)
        view.show(ORIGINAL)
        await pilot.pause()
        assert "No thumbnail yet." in screen_text(app)


async def test_the_view_says_why_a_photo_failed(show: Any) -> None:
    view = PictureView()
    app = show(view)
    async with app.run_test() as pilot:
        view.show(Picture("original", "12 bytes"), problem="not an image")
        await pilot.pause()
        assert "✗ No thumbnail: not an image" in screen_text(app)
        assert "(no preview of this picture)" in screen_text(app)
