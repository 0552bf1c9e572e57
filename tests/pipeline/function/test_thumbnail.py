import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from pipeline.function.errors import ThumbnailError
from pipeline.function.thumbnail import Thumbnail, make_thumbnail

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]
CORNERS = ["red", "green", "blue", "white"]


def quarters(width: int, height: int) -> Image.Image:
    """Return a picture of four colours, so that each corner tells which way is up."""
    picture = Image.new("RGB", (width, height), CORNERS[0])
    draw = ImageDraw.Draw(picture)
    across, down = (width + 1) // 2, (height + 1) // 2
    draw.rectangle((across, 0, width, down - 1), CORNERS[1])
    draw.rectangle((0, down, across - 1, height), CORNERS[2])
    draw.rectangle((across, down, width, height), CORNERS[3])
    return picture


def encoded(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **options)
    return buffer.getvalue()


def decoded(thumbnail: Thumbnail) -> Image.Image:
    picture = Image.open(io.BytesIO(thumbnail.data))
    picture.load()
    return picture


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours a twelfth of the way in from each corner."""
    shown = picture.convert("RGB")
    left, top = picture.width // 12, picture.height // 12
    right, bottom = picture.width - 1 - left, picture.height - 1 - top
    points = [(left, top), (right, top), (left, bottom), (right, bottom)]
    return [shown.getpixel(point) for point in points]  # type: ignore[misc]


def close(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 24) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


JPEG = encoded(quarters(64, 48), "JPEG")


@pytest.mark.parametrize("image_format", FORMATS)
def test_every_format_becomes_a_thumbnail_that_shows_the_same(image_format: str) -> None:
    thumbnail = make_thumbnail(encoded(quarters(600, 300), image_format))
    picture = decoded(thumbnail)

    assert (thumbnail.width, thumbnail.height) == picture.size == (256, 128)
    assert (thumbnail.original_width, thumbnail.original_height) == (600, 300)
    assert thumbnail.original_format == image_format
    assert picture.format == thumbnail.format
    assert all(map(close, corners(picture), corners(quarters(256, 128))))


@pytest.mark.parametrize(
    ("image_format", "content_type", "extension"),
    [
        ("JPEG", "image/jpeg", "jpg"),
        ("PNG", "image/png", "png"),
        ("WEBP", "image/webp", "webp"),
        ("GIF", "image/jpeg", "jpg"),
        ("BMP", "image/jpeg", "jpg"),
        ("TIFF", "image/jpeg", "jpg"),
    ],
)
def test_opaque_photos_get_a_format_that_browsers_show(
    image_format: str, content_type: str, extension: str
) -> None:
    thumbnail = make_thumbnail(encoded(quarters(40, 30), image_format))

    assert (thumbnail.content_type, thumbnail.extension) == (content_type, extension)


@settings(max_examples=60)
@given(
    width=st.integers(1, 700),
    height=st.integers(1, 700),
    longest_side=st.integers(1, 300),
    image_format=st.sampled_from(FORMATS),
)
def test_thumbnail_keeps_the_aspect_and_is_never_larger(
    width: int, height: int, longest_side: int, image_format: str
) -> None:
    data = encoded(Image.new("RGB", (width, height)), image_format)
    thumbnail = make_thumbnail(data, longest_side=longest_side)

    expected = min(longest_side, max(width, height))
    scale = expected / max(width, height)
    assert max(thumbnail.width, thumbnail.height) == expected
    assert abs(thumbnail.width - max(1, width * scale)) <= 1
    assert abs(thumbnail.height - max(1, height * scale)) <= 1
    assert decoded(thumbnail).size == (thumbnail.width, thumbnail.height)


@pytest.mark.parametrize("size", [(5000, 1), (1, 5000), (1, 1), (256, 256)])
def test_extreme_shapes_keep_at_least_one_pixel_a_side(size: tuple[int, int]) -> None:
    thumbnail = make_thumbnail(encoded(Image.new("RGB", size), "PNG"))

    assert min(thumbnail.width, thumbnail.height) >= 1
    assert max(thumbnail.width, thumbnail.height) == min(256, max(size))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_thumbnail_is_upright_as_the_orientation_tag_says(
    orientation: int, image_format: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(quarters(480, 240), image_format, exif=exif)
    thumbnail = make_thumbnail(data, longest_side=120)
    picture = decoded(thumbnail)

    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert (thumbnail.original_width, thumbnail.original_height) == expected.size
    assert picture.size == ((120, 60) if orientation < 5 else (60, 120))
    assert all(map(close, corners(picture), corners(expected)))
    assert picture.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientation_that_does_not_exist_means_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    thumbnail = make_thumbnail(encoded(quarters(80, 40), "JPEG", exif=exif))

    assert all(map(close, corners(decoded(thumbnail)), corners(quarters(80, 40))))


def test_damaged_exif_data_means_upright() -> None:
    data = encoded(quarters(80, 40), "JPEG", exif=b"Exif\x00\x00not TIFF at all")

    assert make_thumbnail(data).original_width == 80


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_no_metadata_of_the_original_is_in_the_thumbnail(image_format: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "SECRET place"
    options: dict[str, Any] = {"exif": exif, "comment": b"SECRET comment"}
    if image_format in {"JPEG", "WEBP"}:
        options["xmp"] = b"<x>SECRET xmp</x>"
    data = encoded(quarters(300, 300), image_format, **options)
    assert b"SECRET" in data

    thumbnail = make_thumbnail(data)

    assert b"SECRET" not in thumbnail.data
    assert not dict(decoded(thumbnail).getexif())


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation_is_taken(image_format: str) -> None:
    first, second = quarters(64, 64), Image.new("RGB", (64, 64), "black")
    data = encoded(first, image_format, save_all=True, append_images=[second], duration=50)
    thumbnail = make_thumbnail(data, longest_side=32)

    assert all(map(close, corners(decoded(thumbnail)), corners(first)))
    assert getattr(decoded(thumbnail), "n_frames", 1) == 1


def test_first_page_of_a_document_is_taken() -> None:
    first, second = quarters(64, 64), Image.new("RGB", (200, 100), "black")
    data = encoded(first, "TIFF", save_all=True, append_images=[second])

    assert make_thumbnail(data).original_width == 64


def test_photo_of_a_phone_with_a_second_picture_inside_is_a_jpeg() -> None:
    first, second = quarters(640, 480), Image.new("RGB", (64, 48), "black")
    data = encoded(first, "MPO", save_all=True, append_images=[second])
    thumbnail = make_thumbnail(data)

    assert (thumbnail.original_format, thumbnail.format) == ("JPEG", "JPEG")
    assert all(map(close, corners(decoded(thumbnail)), corners(first)))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that promises dimensions and contains no pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    pixels = b"IDAT" + zlib.compress(b"")
    data = struct.pack(">I", len(pixels) - 4) + pixels + struct.pack(">I", zlib.crc32(pixels))
    return b"\x89PNG\r\n\x1a\n" + chunk + data


@pytest.mark.parametrize("side", [10_001, 13_000, 60_000, 2**31 - 1])
def test_decompression_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(ThumbnailError, match=r"too many pixels: .* at most 100,000,000"):
        make_thumbnail(png_header(side, side))


@pytest.mark.parametrize("image_format", FORMATS)
def test_pixel_limit_is_inclusive(image_format: str) -> None:
    data = encoded(quarters(30, 20), image_format)

    assert make_thumbnail(data, max_pixels=600).original_width == 30
    with pytest.raises(ThumbnailError, match="30 x 20 is 600, at most 599"):
        make_thumbnail(data, max_pixels=599)


def test_photo_between_pillows_limit_and_ours_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    assert make_thumbnail(JPEG).original_width == 64


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello, I am a text file", "not a JPEG, PNG, WebP, GIF, BMP or TIFF"),
        (b"%PDF-1.7 ...", "not a JPEG"),
        (b"\xff\xd8\xff", "begins like a JPEG"),
        (b"GIF89a", "begins like a GIF"),
        (b"BM", "begins like a BMP"),
        (b"II*\x00", "begins like a TIFF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "WEBP"),
        (png_header(0, 5), "PNG"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ThumbnailError, match=reason):
        make_thumbnail(data)


def test_formats_beyond_the_six_are_refused() -> None:
    for image_format in ("ICO", "PPM", "TGA", "PCX", "JPEG2000"):
        with pytest.raises(ThumbnailError, match="not a JPEG"):
            make_thumbnail(encoded(quarters(16, 16), image_format))


@pytest.mark.parametrize("image_format", FORMATS)
def test_half_a_photo_is_refused(image_format: str) -> None:
    data = encoded(Image.effect_noise((300, 200), 90).convert("RGB"), image_format)

    with pytest.raises(ThumbnailError, match=r"\.$"):
        make_thumbnail(data[: len(data) // 2])


@settings(max_examples=150)
@given(image_format=st.sampled_from(FORMATS), share=st.floats(0, 1), extra=st.binary(max_size=4))
def test_file_cut_off_anywhere_gives_a_thumbnail_or_one_clear_error(
    image_format: str, share: float, extra: bytes
) -> None:
    data = encoded(quarters(64, 48), image_format)
    try:
        thumbnail = make_thumbnail(data[: int(len(data) * share)] + extra)
    except ThumbnailError as error:
        reason = str(error)
        assert reason.endswith(".")
    else:
        assert (thumbnail.original_width, thumbnail.original_height) == (64, 48)


@settings(max_examples=200)
@given(
    image_format=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255))),
)
def test_damaged_file_gives_a_thumbnail_or_one_clear_error(
    image_format: str, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(encoded(quarters(64, 48), image_format))
    for share, byte in changes:
        data[int(len(data) * share)] = byte
    try:
        thumbnail = make_thumbnail(bytes(data), max_pixels=1_000_000)
    except ThumbnailError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert max(thumbnail.width, thumbnail.height) <= 256


@given(
    mark=st.sampled_from(
        [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"GIF89a", b"BM", b"II*\x00"]
    ),
    junk=st.binary(max_size=200),
)
def test_any_bytes_give_a_thumbnail_or_one_clear_error(mark: bytes, junk: bytes) -> None:
    try:
        make_thumbnail(mark + junk, max_pixels=1_000_000)
    except ThumbnailError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
