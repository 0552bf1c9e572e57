"""Facts in DynamoDB: written once, found by key or by index, not by reading everything."""

from __future__ import annotations

import json

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial

_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest"
_PUT = f"{_DYNAMODB}/APIReference/API_PutItem.html"
_SCAN = f"{_DYNAMODB}/developerguide/bp-query-scan.html"


@on_sandbox(
    "duplicate-event-one-thumbnail",
    "SQS may deliver a message twice; an idempotent function does the work once.",
    {
        "both-are-delivered": "both copies reach the function",
        "work-is-done-once": "the thumbnail is stored once, and the second copy is skipped by a "
        "failed condition",
        "one-item": "the table has one item",
    },
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "standard-queues-at-least-once-delivery.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
)
def duplicate_event_one_thumbnail(trial: Trial) -> None:
    """Run a photo, then put its message into the queue a second time."""
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    url = trial.client("sqs").get_queue_url(QueueName=trial.sandbox.topology.queue.name)
    for sent in trial.seen(e.NotificationSent):
        trial.send(url["QueueUrl"], json.dumps(sent.message))
    trial.sandbox.run_until_idle()
    delivered = sum(len(event.messages) for event in trial.seen(e.BatchReceived))
    stored, skipped = trial.seen(e.ThumbnailStored), trial.seen(e.DuplicateSkipped)
    items = trial.sandbox.snapshot().items
    trial.observe("both-are-delivered", holds=delivered == 2, messages=delivered)
    trial.observe(
        "work-is-done-once",
        holds=len(stored) == 1 == len(skipped),
        thumbnails_stored=len(stored),
        skipped=len(skipped),
    )
    trial.observe("one-item", holds=items == 1, items=items)


def _put(trial: Trial, width: str, **more: str) -> str:
    """Put the item ``photo`` with a width; return what came of it."""
    item = {"image_id": {"S": "photo"}, "width": {"N": width}}
    put = trial.client("dynamodb").put_item
    return trial.attempt(put, TableName=trial.sandbox.topology.table.name, Item=item, **more).code


def _widths(trial: Trial) -> list[str]:
    items = trial.client("dynamodb").scan(TableName=trial.sandbox.topology.table.name)["Items"]
    return [item["width"]["N"] for item in items]


@on_sandbox(
    "conditional-put-is-idempotent",
    "A put on the condition that the key is new writes an item once.",
    {
        "first-put-writes": "the first put succeeds",
        "second-put-is-refused": "the second is refused with ConditionalCheckFailedException",
        "item-is-unchanged": "the item is the first one's",
    },
    _PUT,
    f"{_DYNAMODB}/developerguide/Expressions.ConditionExpressions.html",
)
def conditional_put_is_idempotent(trial: Trial) -> None:
    """Put the same key twice, on the condition that it is new."""
    first = _put(trial, "1", ConditionExpression="attribute_not_exists(image_id)")
    second = _put(trial, "2", ConditionExpression="attribute_not_exists(image_id)")
    widths = _widths(trial)
    trial.observe("first-put-writes", holds=first == "allowed", answer=first)
    trial.observe(
        "second-put-is-refused", holds=second == "ConditionalCheckFailedException", answer=second
    )
    trial.observe("item-is-unchanged", holds=widths == ["1"], width=widths)


@on_sandbox(
    "plain-put-overwrites",
    "A put without a condition replaces the item of the same key.",
    {
        "second-put-replaces": "the second put succeeds, and the item is the second one's",
        "still-one-item": "the table has one item",
    },
    _PUT,
)
def plain_put_overwrites(trial: Trial) -> None:
    """Put the same key twice, without a condition."""
    _put(trial, "1")
    second = _put(trial, "2")
    widths = _widths(trial)
    trial.observe(
        "second-put-replaces",
        holds=second == "allowed" and "2" in widths and "1" not in widths,
        answer=second,
        width=widths,
    )
    trial.observe("still-one-item", holds=len(widths) == 1, items=len(widths))


@on_sandbox(
    "dynamodb-item-by-key",
    "GetItem finds one item by its primary key.",
    {
        "key-finds-it": "GetItem by the partition key returns the item",
        "nothing-else-is-read": "that is one call, and neither Query nor Scan",
        "other-attribute-does-not": "GetItem by another attribute is refused",
    },
    f"{_DYNAMODB}/APIReference/API_GetItem.html",
)
def dynamodb_item_by_key(trial: Trial) -> None:
    """Run a photo and look its item up as a web front end does."""
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    ids = {event.image_id for event in trial.seen(e.ItemRecorded)}
    found = [trial.sandbox.look_up_item(image_id) for image_id in sorted(ids)]
    keys = [item["key"] for item in found if item is not None]
    trial.observe("key-finds-it", holds=keys == ["photo.jpg"], found=keys)
    reads = [r.operation for r in trial.requests(actor="front-end")]
    trial.observe("nothing-else-is-read", holds=reads == ["GetItem"], calls=reads)
    other = trial.attempt(
        trial.client("dynamodb").get_item,
        TableName=trial.sandbox.topology.table.name,
        Key={"status": {"S": "done"}},
    )
    trial.observe(
        "other-attribute-does-not", holds=other.code == "ValidationException", answer=other.code
    )


@on_sandbox(
    "query-reads-less-than-scan",
    "A Query of an index reads what matches; a Scan reads the whole table, whatever its filter.",
    {
        "query-reads-matches": "the Query's ScannedCount is the number of matches",
        "scan-reads-everything": "the Scan finds the same with a filter, and its ScannedCount is "
        "the number of items",
        "front-end-may-not-scan": "the web front end's role may query and not scan",
    },
    _SCAN,
    f"{_DYNAMODB}/APIReference/API_Scan.html",
)
def query_reads_less_than_scan(trial: Trial) -> None:
    """Find two failed images among ten, both ways."""
    table, dynamodb = trial.sandbox.topology.table, trial.client("dynamodb")
    for number in range(10):
        status = "failed" if number < 2 else "done"
        texts = {"image_id": str(number), "status": status, "updated_at": f"2026-01-0{number}"}
        item = {name: {"S": text} for name, text in texts.items()}
        dynamodb.put_item(TableName=table.name, Item=item)
    failed = trial.sandbox.look_up_failed()
    queried = [event.scanned for event in trial.seen(e.ItemsRead)]
    trial.observe(
        "query-reads-matches",
        holds=len(failed) == 2 and queried == [2],
        found=len(failed),
        read=queried,
    )
    answer = dynamodb.scan(
        TableName=table.name,
        FilterExpression="#status = :failed",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":failed": {"S": "failed"}},
    )
    trial.observe(
        "scan-reads-everything",
        holds=answer["Count"] == 2 and answer["ScannedCount"] == 10,
        found=answer["Count"],
        read=answer["ScannedCount"],
    )
    refused = trial.attempt(trial.sandbox.scan_items)
    trial.observe(
        "front-end-may-not-scan",
        holds=refused.code == "AccessDeniedException",
        answer=refused.code,
    )


@on_sandbox(
    "index-is-eventually-consistent",
    "A global secondary index cannot be read with strong consistency; the table can.",
    {
        "table-consistent-read-works": "GetItem with ConsistentRead is answered",
        "index-consistent-read-refused": "Query of the index with ConsistentRead is refused",
        "index-plain-read-works": "Query of the index without it is answered",
    },
    f"{_DYNAMODB}/developerguide/HowItWorks.ReadConsistency.html",
    f"{_DYNAMODB}/developerguide/GSI.html",
)
def index_is_eventually_consistent(trial: Trial) -> None:
    """Read the table and its index, with and without ConsistentRead."""
    table, dynamodb = trial.sandbox.topology.table, trial.client("dynamodb")
    key = {"image_id": {"S": "1"}}
    own = trial.attempt(dynamodb.get_item, TableName=table.name, Key=key, ConsistentRead=True)
    query = {
        "TableName": table.name,
        "IndexName": trial.sandbox.topology.index.name,
        "KeyConditionExpression": "#status = :done",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":done": {"S": "done"}},
    }
    strong = trial.attempt(dynamodb.query, **query, ConsistentRead=True)
    plain = trial.attempt(dynamodb.query, **query)
    trial.observe("table-consistent-read-works", holds=own.is_allowed, answer=own.code)
    trial.observe(
        "index-consistent-read-refused",
        holds=strong.code == "ValidationException",
        answer=strong.message or strong.code,
    )
    trial.observe("index-plain-read-works", holds=plain.is_allowed, answer=plain.code)


RECORDING = (
    duplicate_event_one_thumbnail,
    conditional_put_is_idempotent,
    plain_put_overwrites,
    dynamodb_item_by_key,
    query_reads_less_than_scan,
    index_is_eventually_consistent,
)
