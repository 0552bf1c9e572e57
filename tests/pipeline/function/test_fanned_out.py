"""The catalogue and the audit trail: other readers of the same events."""

import json
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.function import audit, index
from pipeline.function.errors import MessageError
from pipeline.function.records import object_id

ENVIRONMENTS = {
    "pipeline.function.index": {"CATALOGUE_TABLE": "catalogue"},
    "pipeline.function.audit": {"AUDIT_BUCKET": "audit"},
}


@pytest.fixture(autouse=True)
def resources(cloud: Any) -> None:
    cloud.create_table("catalogue", "object_id")
    cloud.s3.create_bucket(Bucket="audit")
    cloud.calls.clear()


@pytest.fixture
def invoke(cloud: Any) -> Any:
    return lambda module, event: cloud.invoke(module, event, **ENVIRONMENTS[module.__name__])


def in_every_way(sent: Any, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events with which Lambda is invoked, whichever way something comes."""
    text = json.dumps(event)
    return [
        sent.sqs_event([text], 1),
        sent.sqs_event([sent.enveloped(text)], 1),
        sent.sns_event(text),
        event,
    ]


# -- the catalogue --


@pytest.mark.parametrize("way", range(4))
def test_upload_is_catalogued_from_its_event_alone(
    cloud: Any, sent: Any, invoke: Any, way: int
) -> None:
    invoke(index, in_every_way(sent, sent.s3_event("uploads", "photos/my cat.JPG"))[way])

    assert cloud.calls == {"PutItem": 1}
    assert cloud.items("catalogue") == [
        {
            "object_id": object_id("uploads", "photos/my cat.JPG"),
            "bucket": "uploads",
            "key": "photos/my cat.JPG",
            "file_name": "my cat.JPG",
            "extension": "jpg",
            "size": 1,
            "etag": "e",
            "uploaded_at": "2023-11-14T22:13:20.000Z",
            "sequencer": "0A" + "0" * 30,
        }
    ]


def test_upload_told_by_a_bus_is_catalogued_too(cloud: Any, sent: Any, invoke: Any) -> None:
    event = sent.s3_event_on_a_bus("uploads", "a+b.jpg")
    for invocation in in_every_way(sent, event):
        invoke(index, invocation)

    (item,) = cloud.items("catalogue")
    assert (item["key"], item["uploaded_at"]) == ("a+b.jpg", "2023-11-14T22:13:20Z")


def test_catalogue_has_the_latest_upload_whatever_the_order(
    cloud: Any, sent: Any, invoke: Any
) -> None:
    for sequencer in ("0A", "0C", "0B", "0C"):
        invoke(index, sent.s3_event("uploads", "cat.jpg", sequencer))

    (item,) = cloud.items("catalogue")
    assert item["sequencer"].rstrip("0") == "0C"


@pytest.mark.parametrize("key", ["README", ".hidden", "folder/"])
def test_name_without_extension_has_none_in_the_catalogue(
    cloud: Any, sent: Any, invoke: Any, key: str
) -> None:
    invoke(index, sent.s3_event("uploads", key))

    assert "extension" not in cloud.items("catalogue")[0]


def test_deletion_leaves_the_catalogue_alone(cloud: Any, sent: Any, invoke: Any) -> None:
    invoke(index, sent.s3_event("uploads", "cat.jpg", name="ObjectRemoved:Delete"))

    assert not cloud.calls


# -- the audit trail --


@pytest.mark.parametrize("name", ["ObjectCreated:Put", "ObjectRemoved:Delete"])
def test_event_is_recorded_with_who_what_when_and_from_where(
    cloud: Any, sent: Any, invoke: Any, name: str
) -> None:
    invoke(audit, sent.s3_event("uploads", "my cat.jpg", name=name))

    assert cloud.calls == {"PutObject": 1}
    ((key, data),) = cloud.objects("audit").items()
    assert key.startswith("2023/11/14/")
    assert json.loads(data) == {
        "who": "AWS:AIDA",
        "source_ip": "192.0.2.1",
        "what": name,
        "bucket": "uploads",
        "key": "my cat.jpg",
        "when": "2023-11-14T22:13:20.000Z",
        "size": 1,
        "etag": "e",
        "sequencer": "0A" + "0" * 30,
    }


def test_event_that_comes_twice_leaves_one_record(cloud: Any, sent: Any, invoke: Any) -> None:
    for invocation in in_every_way(sent, sent.s3_event("uploads", "cat.jpg")):
        invoke(audit, invocation)
    assert len(cloud.objects("audit")) == 1

    invoke(audit, sent.s3_event("uploads", "cat.jpg", "0B"))
    assert len(cloud.objects("audit")) == 2


def test_event_without_a_time_is_refused(cloud: Any, sent: Any, invoke: Any) -> None:
    event = sent.s3_event("uploads", "cat.jpg")
    del event["Records"][0]["eventTime"]

    with pytest.raises(MessageError, match="does not say when"):
        invoke(audit, event)
    assert cloud.objects("audit") == {}


# -- both --


@pytest.mark.parametrize(
    ("module", "operation"), [(index, "PutItem"), (audit, "PutObject")], ids=["index", "audit"]
)
def test_refused_write_fails_the_message_or_the_invocation(
    cloud: Any, sent: Any, invoke: Any, log: Any, module: ModuleType, operation: str
) -> None:
    event = sent.s3_event("uploads", "cat.jpg")
    cloud.deny(operation, f"not authorized to {operation}")

    batch = sent.sqs_event([json.dumps(event)], 1)
    assert invoke(module, batch) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    ((level, line),) = log()
    assert level == "ERROR"
    assert line.startswith("message m0: ")
    assert f"not authorized to {operation}" in line
    with pytest.raises(ClientError, match="not authorized"):
        invoke(module, sent.sns_event(json.dumps(event)))


@pytest.mark.parametrize("module", [index, audit], ids=["index", "audit"])
def test_message_that_is_no_event_fails_alone(
    cloud: Any, sent: Any, invoke: Any, module: ModuleType
) -> None:
    good = json.dumps(sent.s3_event("uploads", "cat.jpg"))
    bodies = [good, "junk", '{"Event": "s3:TestEvent"}', "{}"]

    failed = invoke(module, sent.sqs_event(bodies, 1))["batchItemFailures"]
    assert [entry["itemIdentifier"] for entry in failed] == ["m1", "m3"]
    assert cloud.calls.total() == 1
