"""S3 announces uploads: what starts the pipeline, what the event says, what it leaves out."""

from __future__ import annotations

import json
from typing import Any

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial, photo
from pipeline.experiments.values import ALLOWED
from pipeline.notification import decode_key
from pipeline.topology import QUEUE_POLICY, PolicyDocument

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_CONTENT = f"{_S3}/notification-content-structure.html"
_TYPES = f"{_S3}/notification-how-to-event-types-and-destinations.html"
_PUT = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html"

LARGEST_NOTIFICATION = 64 * 1024
"""Bytes of the largest message that S3 sends."""


@on_sandbox(
    "upload-makes-a-thumbnail",
    "An upload alone starts the pipeline: S3's event notification leads to a thumbnail and an "
    "item.",
    {
        "notification-started-it": "one upload leads to one notification and one invocation",
        "nothing-polled-s3": "nobody lists the uploads bucket; the only call on it besides the "
        "upload is one GetObject of the object that the event names",
        "results-are-there": "the thumbnail is in the thumbnails bucket, and the item says done",
    },
    f"{_S3}/EventNotifications.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/with-s3-tutorial.html",
)
def upload_makes_a_thumbnail(trial: Trial) -> None:
    """Upload one photo and do nothing else."""
    topology = trial.sandbox.topology
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    sent, invoked = trial.seen(e.NotificationSent), trial.seen(e.FunctionInvoked)
    on_uploads = [r.operation for r in trial.requests(resource=topology.uploads.arn)]
    listed = trial.client("s3").list_objects_v2(Bucket=topology.thumbnails.name)
    keys = [entry["Key"] for entry in listed.get("Contents", ())]
    items = trial.client("dynamodb").scan(TableName=topology.table.name)["Items"]
    trial.observe(
        "notification-started-it",
        holds=len(sent) == 1 == len(invoked),
        notifications=len(sent),
        invocations=len(invoked),
    )
    trial.observe(
        "nothing-polled-s3", holds=on_uploads == ["PutObject", "GetObject"], calls=on_uploads
    )
    statuses = [item["status"]["S"] for item in items]
    trial.observe(
        "results-are-there",
        holds=len(keys) == 1 and statuses == ["done"],
        thumbnails=keys,
        items=statuses,
    )


@on_sandbox(
    "message-carries-a-reference",
    "The event names the object; it does not carry it.",
    {
        "names-the-object": "bucket and key stand in the message",
        "carries-no-bytes": "the message is under 64 KB and about as long for a big photo as for a "
        "small one",
        "function-fetches-it": "the function reads the object itself, with GetObject",
    },
    _CONTENT,
)
def message_carries_a_reference(trial: Trial) -> None:
    """Upload a small and a big photo, and compare their messages."""
    big = photo(320, 320, noisy=True)
    trial.upload("small.jpg")
    trial.upload("large.jpg", data=big)
    trial.sandbox.run_until_idle()
    messages = [sent.message for sent in trial.seen(e.NotificationSent)]
    named = [_object_in(message) for message in messages]
    bucket = trial.sandbox.topology.uploads.name
    trial.observe(
        "names-the-object",
        holds=named == [(bucket, "small.jpg"), (bucket, "large.jpg")],
        objects=[f"{holder}/{key}" for holder, key in named],
    )
    lengths = [len(json.dumps(message)) for message in messages]
    trial.observe(
        "carries-no-bytes",
        holds=len(lengths) == 2
        and max(lengths) < min(len(big), LARGEST_NOTIFICATION)
        # The size is a number in the message, and may have more digits.
        and max(lengths) - min(lengths) < 10,
        bytes_of_the_messages=lengths,
        bytes_of_the_big_photo=len(big),
    )
    fetched = trial.requests(actor="function", operation="GetObject")
    trial.observe("function-fetches-it", holds=len(fetched) == 2, reads=len(fetched))


def _object_in(message: Any) -> tuple[str, str]:
    stored = message["Records"][0]["s3"]
    return stored["bucket"]["name"], stored["object"]["key"]


@on_sandbox(
    "key-is-url-encoded",
    "The object key in an event is URL-encoded and has to be decoded.",
    {
        "key-is-encoded": "a blank in the key arrives as a plus sign",
        "raw-key-is-not-found": "S3 has no object under the key as it stands in the event",
        "decoded-key-is-found": "under the decoded key it has",
    },
    _CONTENT,
)
def key_is_url_encoded(trial: Trial) -> None:
    """Upload under a key with a blank, and ask for it both ways."""
    trial.upload("red flower.jpg")
    s3, bucket = trial.client("s3"), trial.sandbox.topology.uploads.name
    keys = [_object_in(sent.message)[1] for sent in trial.seen(e.NotificationSent)]
    raw = [trial.attempt(s3.get_object, Bucket=bucket, Key=key).code for key in keys]
    decoded = [
        trial.attempt(s3.get_object, Bucket=bucket, Key=decode_key(key)).code for key in keys
    ]
    trial.observe("key-is-encoded", holds=keys == ["red+flower.jpg"], key=keys)
    trial.observe("raw-key-is-not-found", holds=raw == ["NoSuchKey"], answer=raw)
    trial.observe("decoded-key-is-found", holds=decoded == [ALLOWED], answer=decoded)


def open_to_s3(trial: Trial, queue: str) -> PolicyDocument:
    """Return the policy that lets S3 send from the uploads bucket, for another queue."""
    document = trial.sandbox.policy(QUEUE_POLICY)
    statements = [{**s, "Resource": trial.queue_arn(queue)} for s in document["Statement"]]
    return {**document, "Statement": statements}


def announce(trial: Trial, queue: str, *events: str, **rules: str) -> dict[str, Any]:
    """Return the parameters that make S3 announce events of the uploads to one queue.

    ``rules`` are a ``prefix`` and a ``suffix`` of the keys that are meant.
    """
    entry: dict[str, Any] = {"QueueArn": trial.queue_arn(queue), "Events": list(events)}
    if rules:
        filters = [{"Name": name, "Value": value} for name, value in rules.items()]
        entry["Filter"] = {"Key": {"FilterRules": filters}}
    return {
        "Bucket": trial.sandbox.topology.uploads.name,
        "NotificationConfiguration": {"QueueConfigurations": [entry]},
    }


@on_sandbox(
    "test-event-first",
    "S3 sends s3:TestEvent when a notification configuration is put.",
    {
        "test-event-arrives": "a message with the Event s3:TestEvent is in the queue before any "
        "upload",
        "it-has-no-records": "it has no Records, so code must not rely on them",
    },
    _PUT,
    _CONTENT,
)
def test_event_first(trial: Trial) -> None:
    """Let S3 announce to a new queue, and look into it."""
    url = trial.queue("announced", Policy=open_to_s3(trial, "announced"))
    trial.client("s3").put_bucket_notification_configuration(
        **announce(trial, "announced", "s3:ObjectCreated:*")
    )
    bodies = [json.loads(message["Body"]) for message in trial.receive(url)]
    events = [body.get("Event") for body in bodies]
    trial.observe("test-event-arrives", holds=events == ["s3:TestEvent"], events=events)
    with_records = [body for body in bodies if "Records" in body]
    trial.observe(
        "it-has-no-records",
        holds=bool(bodies) and not with_records,
        messages=len(bodies),
        with_records=len(with_records),
    )


@on_sandbox(
    "put-replaces-the-configuration",
    "Putting a notification configuration replaces the whole of it.",
    {
        "old-entry-is-gone": "after the second put only its own entry is left",
        "old-queue-hears-nothing": "an upload is announced to the new queue alone",
    },
    _PUT,
)
def put_replaces_the_configuration(trial: Trial) -> None:
    """Add a second queue as if the first stayed."""
    trial.queue("second", Policy=open_to_s3(trial, "second"))
    s3, uploads = trial.client("s3"), trial.sandbox.topology.uploads
    s3.put_bucket_notification_configuration(**announce(trial, "second", "s3:ObjectCreated:*"))
    stored = s3.get_bucket_notification_configuration(Bucket=uploads.name)
    left = [entry["QueueArn"].rpartition(":")[2] for entry in stored["QueueConfigurations"]]
    trial.observe("old-entry-is-gone", holds=left == ["second"], entries=left)
    trial.upload("photo.jpg")
    told = [sent.destination for sent in trial.seen(e.NotificationSent)]
    trial.observe("old-queue-hears-nothing", holds=told == ["second"], told=told)


@on_sandbox(
    "filter-by-prefix-and-suffix",
    "A notification's prefix and suffix decide which keys are announced.",
    {
        "matching-key-is-announced": "a key with that prefix and that suffix makes a message",
        "other-key-is-not": "keys without one of them are stored and make none",
    },
    f"{_S3}/notification-how-to-filtering.html",
)
def filter_by_prefix_and_suffix(trial: Trial) -> None:
    """Announce photos/….jpg alone, and upload that and others."""
    topology, s3 = trial.sandbox.topology, trial.client("s3")
    s3.put_bucket_notification_configuration(
        **announce(
            trial, topology.queue.name, "s3:ObjectCreated:*", prefix="photos/", suffix=".jpg"
        )
    )
    others = ["other/a.jpg", "photos/a.txt"]
    trial.upload("photos/a.jpg", *others)
    announced = [sent.key for sent in trial.seen(e.NotificationSent)]
    listed = s3.list_objects_v2(Bucket=topology.uploads.name)
    stored = [entry["Key"] for entry in listed.get("Contents", ())]
    trial.observe(
        "matching-key-is-announced", holds="photos/a.jpg" in announced, announced=announced
    )
    trial.observe(
        "other-key-is-not",
        holds=set(others) <= set(stored) and not set(others) & set(announced),
        stored=stored,
    )


@on_sandbox(
    "created-put-misses-multipart",
    "s3:ObjectCreated:Put does not cover multipart uploads; s3:ObjectCreated:* does.",
    {
        "put-only-misses-it": "with s3:ObjectCreated:Put a plain upload makes a message and a "
        "multipart upload makes none",
        "star-covers-it": "with s3:ObjectCreated:* a multipart upload makes one, which names "
        "CompleteMultipartUpload",
    },
    _TYPES,
)
def created_put_misses_multipart(trial: Trial) -> None:
    """Upload in one piece and in parts, under both configurations."""
    queue, s3 = trial.sandbox.topology.queue.name, trial.client("s3")
    s3.put_bucket_notification_configuration(**announce(trial, queue, "s3:ObjectCreated:Put"))
    trial.upload("plain.jpg")
    _upload_in_parts(trial, "first.jpg")
    announced = [sent.key for sent in trial.seen(e.NotificationSent)]
    trial.observe("put-only-misses-it", holds=announced == ["plain.jpg"], announced=announced)
    s3.put_bucket_notification_configuration(**announce(trial, queue, "s3:ObjectCreated:*"))
    _upload_in_parts(trial, "second.jpg")
    names = [
        sent.message["Records"][0]["eventName"]
        for sent in trial.seen(e.NotificationSent)
        if sent.key == "second.jpg"
    ]
    trial.observe(
        "star-covers-it",
        holds=names == ["ObjectCreated:CompleteMultipartUpload"],
        event_names=names,
    )


def _upload_in_parts(trial: Trial, key: str) -> None:
    s3, bucket = trial.client("s3"), trial.sandbox.topology.uploads.name
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    named = {"Bucket": bucket, "Key": key, "UploadId": upload}
    etag = s3.upload_part(**named, PartNumber=1, Body=photo())["ETag"]
    s3.complete_multipart_upload(
        **named, MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]}
    )
    trial.sandbox.poll()


ANNOUNCING = (
    upload_makes_a_thumbnail,
    message_carries_a_reference,
    key_is_url_encoded,
    test_event_first,
    put_replaces_the_configuration,
    filter_by_prefix_and_suffix,
    created_put_misses_multipart,
)
