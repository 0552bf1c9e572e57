import hashlib

from hypothesis import given
from hypothesis import strategies as st

from pipeline.function.items import file_name, image_id, thumbnail_key, timestamp

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1100).map(
    lambda key: key.encode()[:1024].decode(errors="ignore")
)


def test_image_id_is_the_sha_256_of_bucket_and_key() -> None:
    assert image_id("uploads", "é.jpg") == hashlib.sha256("uploads/é.jpg".encode()).hexdigest()
    assert image_id("a", "b") != image_id("a", "c") != image_id("b", "b")


def test_thumbnail_key_begins_with_the_original_key() -> None:
    key = thumbnail_key("uploads", "photos/my cat.jpg", "jpg")

    assert key == f"photos/my cat.jpg.{image_id('uploads', 'photos/my cat.jpg')[:16]}.jpg"


@given(KEYS, st.sampled_from(["jpg", "png", "webp"]))
def test_thumbnail_key_is_one_that_s3_takes(key: str, extension: str) -> None:
    derived = thumbnail_key("uploads", key, extension)

    assert 1 <= len(derived.encode()) <= 1024
    assert derived.isprintable()
    assert derived.endswith("." + extension)
    assert derived == thumbnail_key("uploads", key, extension)


@given(KEYS, KEYS)
def test_different_photos_have_different_thumbnail_keys(one: str, other: str) -> None:
    if one != other:
        assert thumbnail_key("b", one, "jpg") != thumbnail_key("b", other, "jpg")
    assert thumbnail_key("b1", one, "jpg") != thumbnail_key("b2", one, "jpg")


def test_keys_that_look_alike_once_cleaned_or_cut_stay_apart() -> None:
    keys = ["a\n", "a\t", "a_", "x" * 1023, "x" * 1024, "x" * 1022 + "é", "a.png", "a.jpg", "a"]

    assert len({thumbnail_key("b", key, "png") for key in keys}) == len(keys)


def test_file_name_is_the_last_part_of_the_key() -> None:
    assert file_name("photos/2026/cat.jpg") == "cat.jpg"
    assert file_name("cat.jpg") == "cat.jpg"
    assert file_name("photos/") == "photos"
    assert file_name("///") == "///"


def test_timestamps_are_utc_with_milliseconds() -> None:
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert timestamp(1_700_000_000.5) == "2023-11-14T22:13:20.500Z"
