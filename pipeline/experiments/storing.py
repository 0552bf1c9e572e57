"""Where results go: a bucket of their own for files, and versions for what is overwritten."""

from __future__ import annotations

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"


@on_sandbox(
    "output-bucket-separate",
    "Results in a bucket of their own start nothing, so the pipeline does not feed itself.",
    {
        "thumbnail-makes-no-event": "storing the thumbnail sends no notification",
        "one-upload-one-invocation": "one upload leads to one invocation",
        "same-bucket-would-announce": "put back into the uploads bucket, the thumbnail is "
        "announced like any upload",
    },
    "https://docs.aws.amazon.com/lambda/latest/dg/with-s3-example.html",
    f"{_S3}/notification-how-to-event-types-and-destinations.html",
)
def output_bucket_separate(trial: Trial) -> None:
    """Run one photo, then put its thumbnail where the photos come in."""
    topology = trial.sandbox.topology
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    thumbnails, sent = trial.seen(e.ThumbnailStored), trial.seen(e.NotificationSent)
    invoked = trial.seen(e.FunctionInvoked)
    announced = [event.key for event in sent]
    trial.observe(
        "thumbnail-makes-no-event",
        holds=len(thumbnails) == 1 and announced == ["photo.jpg"],
        thumbnails=len(thumbnails),
        announced=announced,
    )
    trial.observe("one-upload-one-invocation", holds=len(invoked) == 1, invocations=len(invoked))
    for thumbnail in thumbnails:
        data = trial.sandbox.read_object(topology.thumbnails.name, thumbnail.key)
        trial.upload("thumbnail.jpg", data=data)
    again = [event.key for event in trial.seen(e.NotificationSent)]
    trial.observe("same-bucket-would-announce", holds="thumbnail.jpg" in again, announced=again)


@on_sandbox(
    "versioning-keeps-what-is-overwritten",
    "In a versioned bucket an overwritten object can still be read by its version id.",
    {
        "overwrite-makes-a-version": "the second put has another version id than the first",
        "old-version-is-readable": "the first bytes come back by the first version id",
        "latest-is-default": "without a version id the latest bytes come",
    },
    f"{_S3}/Versioning.html",
)
def versioning_keeps_what_is_overwritten(trial: Trial) -> None:
    """Put one key twice."""
    s3, bucket = trial.client("s3"), trial.sandbox.topology.uploads.name
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="photo.jpg", Body=b"first").get("VersionId")
    second = s3.put_object(Bucket=bucket, Key="photo.jpg", Body=b"second").get("VersionId")
    by_version = {"VersionId": first} if first else {}
    old = s3.get_object(Bucket=bucket, Key="photo.jpg", **by_version)["Body"].read().decode()
    latest = s3.get_object(Bucket=bucket, Key="photo.jpg")["Body"].read().decode()
    trial.observe("overwrite-makes-a-version", holds=first != second, differ=first != second)
    trial.observe("old-version-is-readable", holds=old == "first", bytes=old)
    trial.observe("latest-is-default", holds=latest == "second", bytes=latest)


@on_sandbox(
    "file-too-large-for-an-item",
    "DynamoDB refuses items above 400 KB: files go to S3, facts about them to the table.",
    {
        "large-item-is-refused": "an item with 500 KB of picture in it is refused",
        "s3-takes-the-file": "the same bytes become an object",
        "item-with-reference-is-taken": "an item that names the object is taken",
    },
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
)
def file_too_large_for_an_item(trial: Trial) -> None:
    """Offer the same bytes to the table and to the bucket."""
    topology, picture = trial.sandbox.topology, bytes(500 * 1024)
    put, key = trial.client("dynamodb").put_item, {"image_id": {"S": "1"}}
    item = {**key, "picture": {"B": picture}}
    whole = trial.attempt(put, TableName=topology.table.name, Item=item)
    stored = trial.attempt(
        trial.client("s3").put_object,
        Bucket=topology.thumbnails.name,
        Key="large.bin",
        Body=picture,
    )
    pointer = {**key, "thumbnail_key": {"S": "large.bin"}}
    named = trial.attempt(put, TableName=topology.table.name, Item=pointer)
    trial.observe(
        "large-item-is-refused",
        holds=whole.code == "ValidationException",
        answer=whole.code,
        message=whole.message,
    )
    trial.observe("s3-takes-the-file", holds=stored.is_allowed, answer=stored.code)
    trial.observe("item-with-reference-is-taken", holds=named.is_allowed, answer=named.code)


STORING = (
    output_bucket_separate,
    versioning_keeps_what_is_overwritten,
    file_too_large_for_an_item,
)
