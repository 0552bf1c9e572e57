"""Tables as a whole: queries, scans, indexes and time to live."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

CREATE: dict[str, Any] = {
    "TableName": "photos",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("image", "status", "updated")
    ],
    "KeySchema": [{"AttributeName": "image", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "status-updated",
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": "updated", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
HOUR = 3600
YEAR = 365 * 24 * HOUR


def photos(client: Any) -> Any:
    """Return a DynamoDB client, with a table to use it on."""
    dynamodb = client("dynamodb")
    dynamodb.create_table(**CREATE)
    return dynamodb


@pytest.fixture
def table(scene: Any) -> Any:
    """A DynamoDB client of a sandbox, with a table."""
    return photos(scene.sandbox.client)


def put(table: Any, image: str, **attributes: Any) -> None:
    item = {"image": {"S": image}, **attributes}
    table.put_item(TableName="photos", Item=item)


def three_photos(table: Any) -> None:
    for image, status, updated in (("a", "done", "2"), ("b", "failed", "1"), ("c", "done", "1")):
        put(table, image, status={"S": status}, updated={"S": updated}, width={"N": "7"})
    put(table, "unindexed")


def images(answer: Any) -> list[str]:
    return [item["image"]["S"] for item in answer["Items"]]


# -- queries and scans --


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="An index finds items by other attributes, in order, and holds only what it projects",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html",
    note="",
)
def test_an_index_is_queried_in_order_and_lacks_items_without_its_keys(table: Any) -> None:
    three_photos(table)
    query: dict[str, Any] = {
        "TableName": "photos",
        "IndexName": "status-updated",
        "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "done"}},
    }

    oldest_first = table.query(**query)
    newest_first = table.query(**query, ScanIndexForward=False)

    assert images(oldest_first) == ["c", "a"]
    assert images(newest_first) == ["a", "c"]
    assert oldest_first["Items"][0].keys() == {"image", "status", "updated"}
    scanned = table.scan(TableName="photos", IndexName="status-updated")
    assert sorted(images(scanned)) == ["a", "b", "c"]


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A query reads the items of one key, a scan reads all, and a filter saves no reading",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html",
    note="",
)
def test_a_query_scans_what_it_finds_and_a_scan_the_whole_table(table: Any) -> None:
    three_photos(table)
    values = {":v": {"S": "done"}}

    query = table.query(
        TableName="photos",
        IndexName="status-updated",
        KeyConditionExpression="#s = :v",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues=values,
    )
    scan = table.scan(
        TableName="photos",
        FilterExpression="#s = :v",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues=values,
    )

    assert (query["Count"], query["ScannedCount"]) == (2, 2)
    assert (scan["Count"], scan["ScannedCount"]) == (2, 4)


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A long answer comes in pages",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html",
    note="",
)
def test_pages_of_a_scan_hold_every_item_once(table: Any) -> None:
    three_photos(table)

    pages = list(
        table.get_paginator("scan").paginate(TableName="photos", PaginationConfig={"PageSize": 3})
    )

    assert [page["Count"] for page in pages] == [3, 1]
    assert sorted(image for page in pages for image in images(page)) == ["a", "b", "c", "unindexed"]


def _refused_query(table: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        table.query(
            TableName="photos",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":s": {"S": "done"}},
            **arguments,
        )
    return dict(caught.value.response["Error"])


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A global secondary index is eventually consistent, a table read can be consistent",
    verdict="simplified",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html",
    note="Every read sees every write at once here; asking an index to be consistent is refused.",
)
def test_a_consistent_read_of_an_index_is_refused(table: Any) -> None:
    error = _refused_query(table, IndexName="status-updated", ConsistentRead=True)

    assert error == {
        "Code": "ValidationException",
        "Message": "Consistent reads are not supported on global secondary indexes",
    }


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A query needs the partition key of its table or of an index that is there",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html",
    note="",
)
def test_a_query_without_the_key_or_the_index_is_refused(table: Any) -> None:
    without_key = _refused_query(table)
    without_index = _refused_query(table, IndexName="missing")

    assert without_key == {
        "Code": "ValidationException",
        "Message": "Query condition missed key schema element: image",
    }
    assert without_index == {
        "Code": "ValidationException",
        "Message": "The table does not have the specified index: missing",
    }


def test_moto_alone_calls_a_missing_index_a_missing_resource(moto: boto3.Session) -> None:
    error = _refused_query(photos(moto.client), IndexName="missing")

    assert error["Code"] == "ResourceNotFoundException"


# -- time to live --


def switch(table: Any, *, on: bool = True) -> None:
    table.update_time_to_live(
        TableName="photos", TimeToLiveSpecification={"Enabled": on, "AttributeName": "ends"}
    )


def test_moto_alone_keeps_an_item_past_its_time_to_live(moto: boto3.Session) -> None:
    import time

    table = photos(moto.client)
    switch(table)
    put(table, "old", ends={"N": str(int(time.time()) - HOUR)})

    assert images(table.scan(TableName="photos")) == ["old"]


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="An item is deleted after its time to live",
    verdict="simplified",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html",
    note="It is gone at the next look; AWS deletes it within a few days and shows it until then.",
)
def test_an_item_is_gone_after_its_time_to_live(scene: Any, table: Any) -> None:
    ends = int(scene.sandbox.clock.now()) + HOUR
    put(table, "short", ends={"N": str(ends)})
    put(table, "long", ends={"N": str(ends + 10 * HOUR)})
    put(table, "forever")
    scene.sandbox.skip(2 * HOUR)
    assert len(images(table.scan(TableName="photos"))) == 3
    switch(table)

    assert sorted(images(table.scan(TableName="photos"))) == ["forever", "long"]
    scene.sandbox.skip(10 * HOUR)
    assert "Item" not in table.get_item(TableName="photos", Key={"image": {"S": "long"}})
    assert table.describe_table(TableName="photos")["Table"]["ItemCount"] == 1


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="Time to live leaves alone what is no number or ended more than five years ago",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
    note="",
)
def test_a_text_or_an_end_long_ago_is_left_alone(scene: Any, table: Any) -> None:
    switch(table)
    now = int(scene.sandbox.clock.now())
    put(table, "text", ends={"S": str(now - HOUR)})
    put(table, "ancient", ends={"N": str(now - 5 * YEAR - HOUR)})
    put(table, "milliseconds", ends={"N": str(now * 1000)})
    put(table, "over", ends={"N": str(now - HOUR)})

    left = sorted(images(table.scan(TableName="photos")))
    assert left == ["ancient", "milliseconds", "text"]


@pytest.mark.fidelity(
    service="streams",
    behaviour="A deletion by time to live is recorded as one by the service",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html",
    note="",
)
def test_a_deletion_by_time_to_live_is_the_services_in_the_stream(scene: Any, table: Any) -> None:
    switch(table)
    put(table, "short", ends={"N": str(int(scene.sandbox.clock.now()) + HOUR)})
    put(table, "other")
    table.delete_item(TableName="photos", Key={"image": {"S": "other"}})
    scene.sandbox.skip(2 * HOUR)
    streams = scene.sandbox.client("dynamodbstreams")
    arn = table.describe_table(TableName="photos")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]

    records = streams.get_records(ShardIterator=iterator)["Records"]

    removed = [record for record in records if record["eventName"] == "REMOVE"]
    assert [record.get("userIdentity") for record in removed] == [
        None,
        {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
    ]
    assert removed[1]["dynamodb"]["OldImage"]["image"] == {"S": "short"}


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="Time to live is switched on and off, not to what it is",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html",
    note="",
)
def test_time_to_live_is_not_switched_to_what_it_is(table: Any) -> None:
    with pytest.raises(ClientError, match="TimeToLive is already disabled"):
        switch(table, on=False)
    switch(table)
    with pytest.raises(ClientError, match="TimeToLive is already enabled"):
        switch(table)
    described = table.describe_time_to_live(TableName="photos")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}


def test_moto_alone_switches_time_to_live_to_what_it_is(moto: boto3.Session) -> None:
    switch(photos(moto.client), on=False)
