import io
from typing import Any

import pytest
from PIL import Image, ImageCms

from pipeline.function.thumbnail import Thumbnail, make_thumbnail

Colour = tuple[int, ...]


def encoded(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **options)
    return buffer.getvalue()


def decoded(thumbnail: Thumbnail) -> Image.Image:
    picture = Image.open(io.BytesIO(thumbnail.data))
    picture.load()
    return picture


def middle(thumbnail: Thumbnail, mode: str = "RGB") -> Colour:
    picture = decoded(thumbnail).convert(mode)
    colour = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(colour, tuple)
    return colour


def close(one: Colour, other: Colour, tolerance: int = 4) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def half_transparent(mode: str, image_format: str, **options: Any) -> bytes:
    picture = Image.new("RGBA", (400, 200), (200, 30, 30, 0))
    picture.paste((200, 30, 30, 255), (200, 0, 400, 200))
    return encoded(picture.convert(mode), image_format, **options)


@pytest.mark.parametrize(
    ("data", "expected_format"),
    [
        (half_transparent("RGBA", "PNG"), "PNG"),
        (half_transparent("LA", "PNG"), "PNG"),
        (half_transparent("RGBA", "WEBP"), "WEBP"),
        (half_transparent("RGBA", "GIF"), "PNG"),
        (half_transparent("RGBA", "TIFF"), "PNG"),
    ],
)
def test_transparency_is_kept(data: bytes, expected_format: str) -> None:
    thumbnail = make_thumbnail(data, longest_side=100)
    picture = decoded(thumbnail).convert("RGBA")

    assert thumbnail.format == expected_format
    assert picture.getpixel((10, 25))[3] == 0  # type: ignore[index]
    assert picture.getpixel((90, 25))[3] == 255  # type: ignore[index]


def test_transparent_pixels_do_not_colour_their_neighbours() -> None:
    picture = Image.new("RGBA", (400, 200), (0, 255, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 199, 200))
    small = decoded(make_thumbnail(encoded(picture, "PNG"), longest_side=100))

    for x in range(100):
        red, green, _, alpha = small.getpixel((x, 25))  # type: ignore[misc]
        assert alpha < 32 or (red > 240 and green < 16)


@pytest.mark.parametrize(
    ("mode", "transparent"), [("P", 0), ("L", 0), ("RGB", (0, 0, 0)), ("1", 0), ("I;16", 0)]
)
def test_one_colour_or_palette_entry_may_mean_transparent(mode: str, transparent: Any) -> None:
    picture = Image.new("L", (64, 64), 0)
    picture.paste(255, (32, 0, 64, 64))
    data = encoded(picture.convert(mode), "PNG", transparency=transparent)
    small = decoded(make_thumbnail(data, longest_side=32)).convert("RGBA")

    assert small.getpixel((4, 16))[3] == 0  # type: ignore[index]
    assert small.getpixel((28, 16))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "TIFF"])
def test_alpha_channel_without_a_transparent_pixel_is_dropped(image_format: str) -> None:
    data = encoded(Image.new("RGBA", (64, 64), (10, 200, 10, 255)), image_format, lossless=True)

    assert decoded(make_thumbnail(data)).mode == "RGB"


@pytest.mark.parametrize(
    ("cmyk", "rgb"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 255, 255, 0), (255, 0, 0)),
        ((255, 0, 0, 0), (0, 255, 255)),
    ],
)
@pytest.mark.parametrize("image_format", ["JPEG", "TIFF"])
def test_cmyk_becomes_the_right_rgb(cmyk: Colour, rgb: Colour, image_format: str) -> None:
    data = encoded(Image.new("CMYK", (600, 600), cmyk), image_format)
    thumbnail = make_thumbnail(data)

    assert decoded(thumbnail).mode == "RGB"
    assert close(rgb, middle(thumbnail))


@pytest.mark.parametrize(
    ("mode", "value", "grey"),
    [("L", 100, 100), ("1", 255, 255), ("I;16", 100 * 256 + 7, 100), ("P", 100, 100)],
)
@pytest.mark.parametrize("image_format", ["PNG", "TIFF"])
def test_grey_of_any_depth_is_that_grey(
    mode: str, value: int, grey: int, image_format: str
) -> None:
    picture = Image.new("L", (300, 300), value) if mode == "P" else Image.new(mode, (300, 300))
    picture = picture.convert("P") if mode == "P" else Image.new(mode, (300, 300), value)

    assert close((grey,) * 3, middle(make_thumbnail(encoded(picture, image_format))))


def test_big_endian_grey_is_that_grey() -> None:
    picture = Image.new("I;16B", (300, 300), 100 * 256)

    assert close((100,) * 3, middle(make_thumbnail(encoded(picture, "TIFF"))))


@pytest.mark.parametrize(("mode", "least", "greatest"), [("I", -5000, 70000), ("F", 0.25, 0.75)])
def test_measured_values_run_from_black_to_white(mode: str, least: Any, greatest: Any) -> None:
    picture = Image.new(mode, (300, 300), least)
    picture.paste(greatest, (150, 0, 300, 300))
    small = decoded(make_thumbnail(encoded(picture, "TIFF"), longest_side=100)).convert("L")

    assert small.getpixel((5, 50)) <= 8  # type: ignore[operator]
    assert small.getpixel((95, 50)) >= 247  # type: ignore[operator]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_measured_values_that_are_all_alike_are_a_plain_grey(mode: str) -> None:
    data = encoded(Image.new(mode, (20, 20), 7), "TIFF")

    assert close((128,) * 3, middle(make_thumbnail(data)))


def test_lab_becomes_the_right_rgb() -> None:
    lab = Image.new("LAB", (300, 300), (255, 128, 128))

    assert close((255, 255, 255), middle(make_thumbnail(encoded(lab, "TIFF"))), tolerance=6)


def swapped_profile() -> bytes:
    """Return an RGB profile in which red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    changed = profile.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1)
    for utf_16 in (False, True):
        name, other = "sRGB", "test"
        encoding = "utf-16-be" if utf_16 else "ascii"
        changed = changed.replace(name.encode(encoding), other.encode(encoding))
    return changed.replace(b"????", b"bXYZ", 1)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_colours_are_converted_from_the_photos_profile_to_srgb(image_format: str) -> None:
    data = encoded(
        Image.new("RGB", (300, 300), (255, 0, 0)), image_format, icc_profile=swapped_profile()
    )
    thumbnail = make_thumbnail(data)

    assert close((0, 0, 255), middle(thumbnail), tolerance=12)
    assert "icc_profile" not in decoded(thumbnail).info


def test_transparency_survives_the_conversion_of_colours() -> None:
    picture = Image.new("RGBA", (300, 300), (255, 0, 0, 90))
    thumbnail = make_thumbnail(encoded(picture, "PNG", icc_profile=swapped_profile()))

    assert close((0, 0, 255, 90), middle(thumbnail, "RGBA"), tolerance=12)


def test_srgb_profile_changes_nothing_and_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(Image.new("RGB", (300, 300), (12, 99, 200)), "PNG", icc_profile=profile)
    thumbnail = make_thumbnail(data)

    assert middle(thumbnail) == (12, 99, 200)
    assert "icc_profile" not in decoded(thumbnail).info


@pytest.mark.parametrize("profile", [b"junk", b"\x00" * 500, swapped_profile()[:300]])
def test_damaged_profile_is_ignored(profile: bytes) -> None:
    data = encoded(Image.new("RGB", (300, 300), (255, 0, 0)), "JPEG", icc_profile=profile)

    assert close((255, 0, 0), middle(make_thumbnail(data)))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_profile_that_does_not_fit_the_mode_is_ignored(mode: str) -> None:
    data = encoded(Image.new(mode, (300, 300), 0), "JPEG", icc_profile=swapped_profile())
    expected = (0, 0, 0) if mode == "L" else (255, 255, 255)

    assert close(expected, middle(make_thumbnail(data)))
