"""The sample pictures are what their manifest says, and can be drawn again."""

from __future__ import annotations

import importlib.resources
import io
import runpy
import tomllib
from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, UnidentifiedImageError

IMAGES = importlib.resources.files("content") / "images"
SAMPLES: list[dict[str, str]] = tomllib.loads((IMAGES.parent / "samples.toml").read_text("utf-8"))[
    "sample"
]
FILES = [sample["file"] for sample in SAMPLES]
SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "pictures" / "draw_samples.py"))
DRAWINGS: dict[str, Callable[[Path], None]] = SCRIPT["DRAWINGS"]
HUGE = "panorama.jpg"


def _open(file: str, folder: Traversable = IMAGES) -> Any:
    """Open a picture from memory, so that no test leaves a file open."""
    return Image.open(io.BytesIO((folder / file).read_bytes()))


def _size(entry: Traversable) -> int:
    return len(entry.read_bytes())


def test_the_manifest_lists_exactly_the_pictures_in_the_folder() -> None:
    in_folder = {entry.name for entry in IMAGES.iterdir()}
    assert sorted(in_folder) == sorted(FILES)


def test_the_drawing_script_draws_exactly_the_listed_pictures() -> None:
    assert list(DRAWINGS) == FILES


def test_the_first_sample_is_the_ordinary_photo() -> None:
    assert FILES[0] == "lighthouse.jpg"


@pytest.mark.parametrize("sample", SAMPLES, ids=FILES)
def test_each_sample_says_what_it_shows_in_one_sentence(sample: dict[str, str]) -> None:
    assert set(sample) == {"file", "title", "shows"}
    assert 0 < len(sample["title"]) <= 32
    assert sample["shows"].endswith(".")
    assert len(sample["shows"]) <= 110


def test_all_samples_together_are_under_three_megabytes() -> None:
    assert sum(_size(entry) for entry in IMAGES.iterdir()) < 3_000_000


def test_the_lighthouse_is_an_ordinary_upright_rgb_photo() -> None:
    picture = _open("lighthouse.jpg")
    expected = ("JPEG", "RGB", (1600, 1200))
    assert (picture.format, picture.mode, picture.size) == expected
    assert SCRIPT["ORIENTATION"] not in picture.getexif()


def test_the_sideways_photo_is_stored_lying_down_and_exif_turns_it() -> None:
    picture = _open("sideways.jpg")
    assert picture.getexif()[SCRIPT["ORIENTATION"]] == 6
    assert picture.width > picture.height


@pytest.mark.parametrize("file", ["badge.png", "leaf.webp"])
def test_the_background_is_transparent(file: str) -> None:
    picture = _open(file)
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0


def test_the_leaf_casts_a_half_transparent_shadow() -> None:
    half_transparent = _open("leaf.webp").getchannel("A").histogram()[32:192]
    assert sum(half_transparent) > 10_000


def test_the_spinner_has_twelve_different_frames_on_a_transparent_background() -> None:
    picture = _open("spinner.gif")
    frames = []
    for number in range(picture.n_frames):
        picture.seek(number)
        frames.append(picture.convert("RGBA"))
    assert len({frame.tobytes() for frame in frames}) == 12
    assert {frame.getpixel((0, 0))[3] for frame in frames} == {0}


def test_the_print_is_in_four_inks() -> None:
    assert (_open("print.jpg").format, _open("print.jpg").mode) == ("JPEG", "CMYK")


def test_the_grey_picture_uses_sixteen_bits() -> None:
    picture = _open("grey.png")
    darkest, lightest = picture.getextrema()
    assert picture.mode == "I;16"
    assert darkest < 2_000
    assert lightest > 60_000


def test_the_panorama_is_huge_as_a_picture_and_small_as_a_file() -> None:
    width, height = _open(HUGE).size
    assert width * height > 40_000_000
    assert _size(IMAGES / HUGE) < 1_500_000


def test_the_panorama_needs_the_memory_that_its_sentence_says() -> None:
    width, height = _open(HUGE).size
    sentence = SAMPLES[FILES.index(HUGE)]["shows"]
    assert f"{width * height * 3 / 2**20:.0f} MB once decoded" in sentence


def test_the_file_that_is_not_a_photo_cannot_be_decoded() -> None:
    with pytest.raises(UnidentifiedImageError):
        _open("not-a-photo.jpg")
    assert "name proves nothing" in (IMAGES / "not-a-photo.jpg").read_text("utf-8")


@pytest.mark.parametrize("file", [file for file in FILES if file not in {HUGE, "not-a-photo.jpg"}])
def test_the_script_draws_the_same_picture_again(file: str, tmp_path: Path) -> None:
    DRAWINGS[file](tmp_path / file)
    again, bundled = _open(file, tmp_path), _open(file)
    assert (again.mode, again.size) == (bundled.mode, bundled.size)
    assert dict(again.getexif()) == dict(bundled.getexif())
    assert ImageChops.difference(_bands(again), _bands(bundled)).getbbox(alpha_only=False) is None


def _bands(picture: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be subtracted without losing a bit."""
    if picture.mode == "I;16":
        return Image.frombytes("LA", picture.size, picture.tobytes())
    return picture.convert("RGBA") if picture.mode == "P" else picture


def test_the_script_draws_the_same_text_again(tmp_path: Path) -> None:
    DRAWINGS["not-a-photo.jpg"](tmp_path / "again.jpg")
    assert (IMAGES / "not-a-photo.jpg").read_bytes() == (tmp_path / "again.jpg").read_bytes()
