import io
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from PIL import Image


def photo(size: tuple[int, int] = (400, 300)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, 128).save(buffer, "JPEG")
    return buffer.getvalue()


PHOTO = photo()


class Killed(BaseException):
    """What the sandbox raises at a call when the function's time is over."""


def kill() -> None:
    raise Killed


def answer(**fields: Any) -> Any:
    return type("Answer", (), {"status_code": 200})(), fields


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"hello", "The file is not a JPEG, PNG, WebP, GIF, BMP or TIFF image."),
        (PHOTO[: len(PHOTO) // 2], "it is damaged or incomplete"),
        (photo((501, 500)), "501 x 500 is 250,500, at most 250,000 are allowed."),
    ],
)
def test_photo_that_can_never_succeed_is_recorded_and_reported(
    cloud: Any, log: Any, data: bytes, reason: str
) -> None:
    assert cloud.handle(cloud.upload("bad.jpg", data), MAX_PIXELS="250000") == ["m0"]

    item = cloud.item("bad.jpg")
    assert item["status"] == "failed"
    assert reason in item["error"]
    assert "lease_until" not in item
    assert log() == [("ERROR", f"bad.jpg: {item['error']}")]
    assert cloud.thumbnails() == []


def test_failed_photo_is_tried_again_and_may_succeed(cloud: Any) -> None:
    body = cloud.upload("cat.jpg", PHOTO)
    cloud.deny("GetObject", "no")
    assert cloud.handle(body) == ["m0"]
    cloud.answers.clear()

    assert cloud.handle(body, receive_count=2) == []
    item = cloud.item("cat.jpg")
    assert (item["status"], item["attempt"]) == ("done", 2)
    assert "error" not in item


def test_file_that_is_too_large_is_refused_unread(cloud: Any) -> None:
    class Unreadable(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError

    body = Unreadable()
    cloud.answers["GetObject"] = lambda: answer(ContentLength=200_000_000, Body=body)

    assert cloud.handle(cloud.body("huge.jpg")) == ["m0"]
    expected = "The file is too large: 200,000,000 bytes, at most 52,428,800 are allowed."
    assert expected == cloud.item("huge.jpg")["error"]
    assert body.closed


@pytest.mark.parametrize("operation", ["GetObject", "PutObject"])
def test_aws_error_is_logged_and_recorded_in_its_own_words(
    cloud: Any, log: Any, operation: str
) -> None:
    body = cloud.upload("cat.jpg", PHOTO)
    reason = "User: arn:aws:sts::1:assumed-role/r/f is not authorized to perform: that"
    cloud.deny(operation, reason)

    assert cloud.handle(body) == ["m0"]
    expected = f"An error occurred (AccessDenied) when calling the {operation} operation: {reason}"
    assert expected == cloud.item("cat.jpg")["error"]
    assert log() == [("ERROR", f"cat.jpg: {expected}")]


def test_deleted_photo_is_recorded_as_failed(cloud: Any) -> None:
    assert cloud.handle(cloud.body("gone.jpg")) == ["m0"]

    assert "(NoSuchKey)" in cloud.item("gone.jpg")["error"]


def test_connection_that_breaks_is_recorded_as_failed(cloud: Any, log: Any) -> None:
    class Breaking(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise ReadTimeoutError(endpoint_url="https://s3")

    cloud.answers["GetObject"] = lambda: answer(ContentLength=5, Body=Breaking())

    assert cloud.handle(cloud.body("cat.jpg")) == ["m0"]
    assert 'Read timeout on endpoint URL: "https://s3"' in cloud.item("cat.jpg")["error"]
    assert len(log()) == 1


def test_denied_table_is_logged_and_no_photo_is_read(cloud: Any, log: Any) -> None:
    cloud.deny("PutItem", "not authorized to PutItem", code="AccessDeniedException")

    assert cloud.handle(cloud.body("1.jpg"), cloud.body("2.jpg")) == ["m0", "m1"]

    assert cloud.calls == {"PutItem": 2}
    assert [level for level, _ in log()] == ["ERROR", "ERROR"]
    assert "(AccessDeniedException)" in log()[0][1]


def test_failure_that_cannot_be_recorded_is_logged_with_both_reasons(cloud: Any, log: Any) -> None:
    def deny_later() -> Any:
        cloud.deny("PutItem", "table gone", code="ResourceNotFoundException")
        return type("Answer", (), {"status_code": 403})(), {
            "Error": {"Code": "AccessDenied", "Message": "no reading"},
            "ResponseMetadata": {},
        }

    cloud.answers["GetObject"] = deny_later

    assert cloud.handle(cloud.body("cat.jpg")) == ["m0"]
    first, second = (line for _, line in log())
    assert "no reading" in first
    assert "the failure is not recorded" in second
    assert "table gone" in second


@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "PutItem"])
def test_being_killed_passes_through_untouched(cloud: Any, log: Any, operation: str) -> None:
    body = cloud.upload("cat.jpg", PHOTO)
    cloud.answers[operation] = kill

    with pytest.raises(Killed):
        cloud.handle(body)
    assert log() == []


def test_killed_attempt_is_repeated_once_its_lease_has_ended(cloud: Any, log: Any) -> None:
    body = cloud.upload("cat.jpg", PHOTO)
    cloud.answers["PutObject"] = kill
    with pytest.raises(Killed):
        cloud.handle(body, seconds=30)
    cloud.answers.clear()

    assert cloud.handle(body, receive_count=2) == ["m0"]
    expected = "cat.jpg: Another attempt is at work on it for up to 31 seconds."
    assert log() == [("ERROR", expected)]
    assert cloud.item("cat.jpg")["status"] == "processing"

    cloud.now += 31
    assert cloud.handle(body, receive_count=3) == []
    assert cloud.item("cat.jpg")["status"] == "done"


def test_newer_upload_waits_for_the_lease_of_an_older_one(cloud: Any) -> None:
    cloud.answers["PutObject"] = kill
    with pytest.raises(Killed):
        cloud.handle(cloud.upload("cat.jpg", PHOTO, sequencer="0A"))
    cloud.answers.clear()
    newer = cloud.upload("cat.jpg", photo((40, 30)), sequencer="0B")

    assert cloud.handle(newer) == ["m0"]
    cloud.now += 31
    assert cloud.handle(newer) == []
    assert cloud.item("cat.jpg")["width"] == 40


def test_attempt_that_lost_its_lease_does_not_overwrite_the_item(cloud: Any, log: Any) -> None:
    body = cloud.upload("cat.jpg", PHOTO)

    def overtake() -> None:
        cloud.answers.clear()
        cloud.now += 60
        assert cloud.handle(body, receive_count=2) == []

    cloud.answers["PutObject"] = overtake

    assert cloud.handle(body, receive_count=1) == ["m0"]
    assert cloud.item("cat.jpg")["attempt"] == 2
    assert log()[-1] == ("ERROR", "cat.jpg: Another attempt took over when the lease ended.")


def test_write_whose_answer_was_lost_is_repeated_without_harm(cloud: Any) -> None:
    lost = iter([True, False, True, False])

    def lose_answer(attempts: int, **_: Any) -> int | None:
        return 0 if attempts < 4 and next(lost) else None

    cloud.hook("needs-retry.dynamodb.PutItem", lose_answer)

    assert cloud.handle(cloud.upload("cat.jpg", PHOTO)) == []
    assert cloud.item("cat.jpg")["status"] == "done"
    assert cloud.calls["PutItem"] == 2
    assert list(lost) == []


def test_messages_are_left_for_later_when_time_runs_out(cloud: Any, log: Any) -> None:
    bodies = [cloud.upload(f"{n}.jpg", PHOTO) for n in (1, 2)]

    assert cloud.handle(*bodies, seconds=0.5) == ["m0", "m1"]

    assert not cloud.calls
    assert log()[0] == ("ERROR", "1.jpg: Not begun: only 0.5 seconds are left.")


@pytest.mark.parametrize("missing", ["THUMBNAILS_BUCKET", "IMAGES_TABLE"])
def test_missing_setting_is_named(cloud: Any, missing: str) -> None:
    del cloud.environment[missing]

    with pytest.raises(KeyError, match=missing):
        cloud.handle()
