"""What S3 says of objects in its notifications, and that it says it once."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from tests.pipeline.fidelity.s3_bucket import PART, Bucket, multipart_upload


def _plain_bucket(moto: boto3.Session, *, versioned: bool = False) -> tuple[Any, Any, str]:
    """Return clients of a bucket that announces its objects to a queue, and the queue's URL."""
    sqs, s3 = moto.client("sqs"), moto.client("s3")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    s3.create_bucket(Bucket="bucket")
    if versioned:
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    s3.put_bucket_notification_configuration(
        Bucket="bucket",
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": arn,
                    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                }
            ]
        },
    )
    sqs.purge_queue(QueueUrl=url)
    return s3, sqs, url


def _heard(sqs: Any, url: str) -> list[Any]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["Records"][0] for message in found]


def test_moto_alone_leaves_out_who_asked_and_the_sequencer(moto: boto3.Session) -> None:
    s3, sqs, url = _plain_bucket(moto, versioned=True)
    s3.put_object(Bucket="bucket", Key="a/b c", Body=b"x")

    (record,) = _heard(sqs, url)
    assert not {"userIdentity", "requestParameters", "responseElements"} & set(record)
    assert set(record["s3"]["object"]) == {"key", "size", "eTag"}
    assert record["s3"]["object"]["key"] == "a%2Fb+c"


@pytest.mark.fidelity(
    service="s3",
    behaviour="An event says who asked, from where, in which request, and its place in the order",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_a_put_is_told_as_documented(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectCreated:*")
    bucket.s3.put_object(Bucket=bucket.name, Key="a/b c", Body=b"x")

    (record,) = bucket.records()
    about = record["s3"]["object"]
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventVersion"].startswith("2.")
    assert record["userIdentity"]["principalId"].startswith("AWS:")
    assert record["requestParameters"]["sourceIPAddress"]
    assert set(record["responseElements"]) == {"x-amz-request-id", "x-amz-id-2"}
    assert record["s3"]["configurationId"] == "all"
    assert record["s3"]["bucket"]["ownerIdentity"]["principalId"]
    assert set(about) == {"key", "size", "eTag", "sequencer"}
    assert about["key"] == "a/b+c"


@pytest.mark.fidelity(
    service="s3",
    behaviour="Of two events of one key the later has the greater sequencer",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_sequencers_of_a_key_rise(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    for _ in range(3):
        bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
        bucket.s3.delete_object(Bucket=bucket.name, Key="k")

    found = [record["s3"]["object"]["sequencer"] for record in bucket.records()]
    assert len(found) == 6
    assert found == sorted(set(found))


@pytest.mark.fidelity(
    service="s3",
    behaviour="In a versioned bucket an event has the version id of what was stored",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_a_versioned_put_names_its_version(scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    bucket.listen("s3:ObjectCreated:*")
    made = [
        bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")["VersionId"] for _ in range(2)
    ]

    assert made == [record["s3"]["object"]["versionId"] for record in bucket.records()]


@pytest.mark.fidelity(
    service="s3",
    behaviour="A copy raises ObjectCreated:Copy",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_a_copy_is_told_as_a_copy(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectCreated:Copy")
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"four")
    bucket.s3.copy_object(
        Bucket=bucket.name, Key="copy", CopySource={"Bucket": bucket.name, "Key": "k"}
    )

    (record,) = bucket.records()
    assert record["eventName"] == "ObjectCreated:Copy"
    assert (record["s3"]["object"]["key"], record["s3"]["object"]["size"]) == ("copy", 4)


@pytest.mark.fidelity(
    service="s3",
    behaviour="A multipart upload raises one event, when it is completed",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_a_multipart_upload_is_told_once(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectCreated:*", "s3:ObjectTagging:*")
    etag = multipart_upload(bucket.s3, bucket.name, "k", PART, b"end")

    (record,) = bucket.records()
    assert record["eventName"] == "ObjectCreated:CompleteMultipartUpload"
    assert record["s3"]["object"]["size"] == len(PART) + 3
    assert record["s3"]["object"]["eTag"] == etag.strip('"')


def test_moto_alone_tells_size_and_etag_of_what_was_deleted(moto: boto3.Session) -> None:
    s3, sqs, url = _plain_bucket(moto)
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    s3.delete_object(Bucket="bucket", Key="k")

    assert set(_heard(sqs, url)[1]["s3"]["object"]) == {"key", "size", "eTag"}


@pytest.mark.fidelity(
    service="s3",
    behaviour="A deletion raises ObjectRemoved:Delete with key and sequencer, no size and no ETag",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_a_deletion_is_told_by_key_and_sequencer(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectRemoved:*")
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    bucket.s3.delete_object(Bucket=bucket.name, Key="k")

    (record,) = bucket.records()
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert set(record["s3"]["object"]) == {"key", "sequencer"}


@pytest.mark.fidelity(
    service="s3",
    behaviour="Deleting a key that is not there raises no event",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="AWS documents events of deletions, not what happens when nothing was deleted.",
)
def test_a_deletion_of_nothing_is_not_told(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectRemoved:*")
    bucket.s3.delete_object(Bucket=bucket.name, Key="k")

    assert bucket.records() == []


@pytest.mark.fidelity(
    service="s3",
    behaviour="DeleteObjects raises one event for each object",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_each_of_several_deletions_is_told(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectRemoved:Delete")
    for key in ("a", "b"):
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"x")
    bucket.s3.delete_objects(
        Bucket=bucket.name, Delete={"Objects": [{"Key": key} for key in ("a", "b", "missing")]}
    )

    assert [record["s3"]["object"]["key"] for record in bucket.records()] == ["a", "b"]


def test_moto_alone_tells_nothing_of_a_delete_marker(moto: boto3.Session) -> None:
    s3, sqs, url = _plain_bucket(moto, versioned=True)
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    s3.delete_object(Bucket="bucket", Key="k")

    assert len(_heard(sqs, url)) == 1


@pytest.mark.fidelity(
    service="s3",
    behaviour="A deletion in a versioned bucket raises ObjectRemoved:DeleteMarkerCreated",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_a_delete_marker_is_told_with_its_version(scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    bucket.listen("s3:ObjectRemoved:*")
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    marker = bucket.s3.delete_object(Bucket=bucket.name, Key="k")["VersionId"]

    (record,) = bucket.records()
    about = record["s3"]["object"]
    assert record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    assert set(about) == {"key", "eTag", "versionId", "sequencer"}
    assert (about["versionId"], about["eTag"]) == (marker, "d41d8cd98f00b204e9800998ecf8427e")


@pytest.mark.fidelity(
    service="s3",
    behaviour="Deleting one version for good raises ObjectRemoved:Delete with its version id",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="",
)
def test_a_version_that_is_deleted_is_told_with_its_version(scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    bucket.listen("s3:ObjectRemoved:*")
    kept, gone = (
        bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")["VersionId"] for _ in range(2)
    )
    bucket.s3.delete_object(Bucket=bucket.name, Key="k", VersionId=gone)

    (record,) = bucket.records()
    assert record["eventName"] == "ObjectRemoved:Delete"
    assert record["s3"]["object"]["versionId"] == gone
    assert bucket.s3.get_object(Bucket=bucket.name, Key="k")["VersionId"] == kept


@pytest.mark.fidelity(
    service="s3",
    behaviour="Tagging raises ObjectTagging:Put and ObjectTagging:Delete, without a sequencer",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    note="",
)
def test_tagging_is_told_by_key_and_etag(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectTagging:*")
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x", Tagging="a=b")
    tags = {"TagSet": [{"Key": "a", "Value": "c"}]}
    bucket.s3.put_object_tagging(Bucket=bucket.name, Key="k", Tagging=tags)
    bucket.s3.delete_object_tagging(Bucket=bucket.name, Key="k")

    records = bucket.records()
    assert [x["eventName"] for x in records] == ["ObjectTagging:Put", "ObjectTagging:Delete"]
    assert {frozenset(x["s3"]["object"]) for x in records} == {frozenset({"key", "eTag"})}


@pytest.mark.fidelity(
    service="s3",
    behaviour="Changing an access control list raises ObjectAcl:Put",
    verdict="not modelled",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
    note="A configuration may name the event; the sandbox never raises it, nor those of restoring, "
    "replication, lifecycle and tiering.",
)
def test_an_access_control_list_is_not_told(scene: Any) -> None:
    bucket = Bucket(scene)
    bucket.listen("s3:ObjectAcl:Put")
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    bucket.s3.put_object_acl(Bucket=bucket.name, Key="k", ACL="private")

    assert bucket.records() == []


def test_moto_alone_answers_a_delete_marker_as_nothing_at_all(moto: boto3.Session) -> None:
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    s3.delete_object(Bucket="bucket", Key="k")

    with pytest.raises(s3.exceptions.NoSuchKey) as refusal:
        s3.get_object(Bucket="bucket", Key="k")

    headers = refusal.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert "x-amz-delete-marker" not in headers


@pytest.mark.fidelity(
    service="s3",
    behaviour="Reading a delete marker answers 404, or 405 for its version, and says what it is",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    note="",
)
def test_a_delete_marker_answers_as_one(scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=b"x")
    marker = bucket.s3.delete_object(Bucket=bucket.name, Key="k")["VersionId"]

    answers = []
    for version in ({}, {"VersionId": marker}):
        with pytest.raises(bucket.s3.exceptions.ClientError) as refusal:
            bucket.s3.get_object(Bucket=bucket.name, Key="k", **version)
        answers.append(refusal.value.response)

    assert [x["Error"]["Code"] for x in answers] == ["NoSuchKey", "MethodNotAllowed"]
    assert [x["ResponseMetadata"]["HTTPStatusCode"] for x in answers] == [404, 405]
    for answer in answers:
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-amz-delete-marker"] == "true"
        assert headers["x-amz-version-id"] == marker
