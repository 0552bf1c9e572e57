"""A table's stream: what it records, when, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

STREAMS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"
TABLE: dict[str, Any] = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "N"}],
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
}
BOTH = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
KEY = {"Id": {"N": "101"}}
ITEM = KEY | {"Message": {"S": "New item!"}}


class Stream:
    """A table with a stream, in a sandbox or in moto alone."""

    def __init__(self, client: Any, view: str = "NEW_AND_OLD_IMAGES") -> None:
        self.dynamodb = client("dynamodb")
        self.streams = client("dynamodbstreams")
        made = self.dynamodb.create_table(
            **TABLE, StreamSpecification={"StreamEnabled": True, "StreamViewType": view}
        )
        self.arn = made["TableDescription"]["LatestStreamArn"]

    def put(self, item: dict[str, Any] = ITEM) -> None:
        self.dynamodb.put_item(TableName="orders", Item=item)

    def iterator(self, kind: str = "TRIM_HORIZON", **place: str) -> str:
        described = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]
        shard = described["Shards"][0]["ShardId"]
        answer = self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard, ShardIteratorType=kind, **place
        )
        return str(answer["ShardIterator"])

    def records(self) -> list[Any]:
        answer = self.streams.get_records(ShardIterator=self.iterator())
        return list(answer["Records"])


@pytest.fixture
def stream(scene: Any) -> Stream:
    """A table with a stream in a sandbox."""
    return Stream(scene.sandbox.client)


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_moto_alone_does_not_know_a_streams_own_address(moto: boto3.Session) -> None:
    stream = Stream(moto.client)

    assert refused(stream.streams.describe_stream, StreamArn=stream.arn) == "404"


@pytest.mark.fidelity(
    service="streams",
    behaviour="A change is recorded with its keys, its images, a sequence number and the time",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html",
    note="",
)
def test_a_record_has_keys_images_size_and_the_sandboxes_time(scene: Any, stream: Stream) -> None:
    scene.sandbox.skip(1000)
    stream.put()
    stream.put(KEY | {"Message": {"S": "This item has changed"}})
    stream.dynamodb.delete_item(TableName="orders", Key=KEY)

    inserted, modified, removed = stream.records()

    assert [r["eventName"] for r in (inserted, modified, removed)] == ["INSERT", "MODIFY", "REMOVE"]
    assert inserted["eventVersion"] == "1.1"
    assert inserted["eventSource"] == "aws:dynamodb"
    assert inserted["dynamodb"]["Keys"] == KEY
    assert inserted["dynamodb"]["NewImage"] == ITEM
    assert "OldImage" not in inserted["dynamodb"]
    assert modified["dynamodb"]["OldImage"] == ITEM
    assert removed["dynamodb"]["OldImage"] == KEY | {"Message": {"S": "This item has changed"}}
    assert "NewImage" not in removed["dynamodb"]
    assert [r["dynamodb"]["SizeBytes"] for r in (inserted, modified)] == [26, 59]
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in (inserted, modified, removed)]
    assert numbers == sorted(set(numbers))
    expected = datetime.fromtimestamp(int(scene.sandbox.clock.now()), tz=UTC)
    assert inserted["dynamodb"]["ApproximateCreationDateTime"] == expected


def test_moto_alone_writes_a_larger_size_and_the_old_event_version(moto: boto3.Session) -> None:
    from moto.backends import get_backend

    Stream(moto.client).put()

    table = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["orders"]
    (written,) = table.stream_shard.items
    assert written.record["eventVersion"] == "1.0"
    assert written.record["dynamodb"]["SizeBytes"] > 26


def test_moto_alone_records_a_write_that_changes_nothing(moto: boto3.Session) -> None:
    from moto.backends import get_backend

    stream = Stream(moto.client)
    stream.put()
    stream.put()

    table = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["orders"]
    assert len(table.stream_shard.items) == 2


@pytest.mark.fidelity(
    service="streams",
    behaviour="A write that leaves an item as it was writes no record",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="",
)
def test_a_write_that_changes_nothing_is_not_recorded(stream: Stream) -> None:
    tagged = ITEM | {"tags": {"SS": ["a", "b"]}}
    stream.put(tagged)
    stream.put(ITEM | {"tags": {"SS": ["b", "a"]}})
    stream.dynamodb.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET Message = :m",
        ExpressionAttributeValues={":m": {"S": "New item!"}},
    )
    stream.dynamodb.delete_item(TableName="orders", Key={"Id": {"N": "404"}})

    assert [r["eventName"] for r in stream.records()] == ["INSERT"]


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
@pytest.mark.fidelity(
    service="streams",
    behaviour="The view type decides which images a record has",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="",
)
def test_the_view_type_decides_which_images_a_record_has(
    scene: Any, view: str, images: set[str]
) -> None:
    stream = Stream(scene.sandbox.client, view)
    stream.put()
    stream.put(KEY | {"Message": {"S": "changed"}})

    change = stream.records()[1]["dynamodb"]

    assert change["StreamViewType"] == view
    assert images == {"NewImage", "OldImage"} & change.keys()


def test_moto_alone_keeps_a_streams_record_for_ever(moto: boto3.Session) -> None:
    from datetime import timedelta

    from moto.backends import get_backend

    Stream(moto.client).put()
    table = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["orders"]
    shard = table.stream_shard
    shard.items[0].record["dynamodb"]["ApproximateCreationDateTime"] -= timedelta(days=30)

    assert len(shard.get(shard.starting_sequence_number, 10)) == 1


@pytest.mark.fidelity(
    service="streams",
    behaviour="A stream drops a record after 24 hours",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="",
)
def test_a_record_is_dropped_after_a_day_and_numbers_go_on(scene: Any, stream: Stream) -> None:
    stream.put()
    (old,) = stream.records()
    scene.sandbox.skip(23 * 3600)
    assert stream.records() == [old]
    stream.put(KEY | {"Message": {"S": "later"}})

    scene.sandbox.skip(3600)

    (kept,) = stream.records()
    number = old["dynamodb"]["SequenceNumber"]
    assert int(kept["dynamodb"]["SequenceNumber"]) == int(number) + 1
    iterator = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number)
    code = refused(stream.streams.get_records, ShardIterator=iterator)
    assert code == "TrimmedDataAccessException"


@pytest.mark.fidelity(
    service="streams",
    behaviour="A shard iterator reads from the oldest record, from now on, or beside a number",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html",
    note="",
)
def test_an_iterator_begins_where_it_is_told(stream: Stream) -> None:
    stream.put()
    latest = stream.iterator("LATEST")
    stream.put(KEY | {"Message": {"S": "later"}})
    first, second = stream.records()
    number = first["dynamodb"]["SequenceNumber"]
    at = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number)
    after = stream.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=number)

    read = [stream.streams.get_records(ShardIterator=i)["Records"] for i in (latest, at, after)]

    assert read == [[second], [first, second], [second]]


def test_moto_alone_never_lets_an_iterator_expire(moto: boto3.Session) -> None:
    from moto.dynamodbstreams.models import ShardIterator

    stream = Stream(moto.client)
    from moto.backends import get_backend

    backend = get_backend("dynamodbstreams")["123456789012"]["us-east-1"]
    shard = backend.dynamodb.tables["orders"].stream_shard
    iterator = ShardIterator(backend, shard, "TRIM_HORIZON")

    assert stream.arn in iterator.arn
    assert "issued_at" not in vars(iterator)


@pytest.mark.fidelity(
    service="streams",
    behaviour="A shard iterator expires 15 minutes after it was given",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html",
    note="",
)
def test_an_iterator_expires_after_fifteen_minutes(scene: Any, stream: Stream) -> None:
    iterator = stream.iterator()
    scene.sandbox.skip(14 * 60)
    following = stream.streams.get_records(ShardIterator=iterator)["NextShardIterator"]
    scene.sandbox.skip(61)

    code = refused(stream.streams.get_records, ShardIterator=iterator)

    assert code == "ExpiredIteratorException"
    assert stream.streams.get_records(ShardIterator=following)["Records"] == []


@pytest.mark.fidelity(
    service="streams",
    behaviour="A stream that is not there is not found",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html",
    note="",
)
def test_another_streams_name_is_not_found(stream: Stream) -> None:
    describe = stream.streams.describe_stream
    assert refused(describe, StreamArn=stream.arn + "9") == "ResourceNotFoundException"

    code = refused(
        stream.streams.get_shard_iterator,
        StreamArn=stream.arn,
        ShardId="shardId-00000000000000000000-00000000",
        ShardIteratorType="LATEST",
    )
    assert code == "ResourceNotFoundException"


@pytest.mark.fidelity(
    service="streams",
    behaviour="A disabled stream records nothing more and can still be read",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="",
)
def test_a_disabled_stream_records_nothing_more(stream: Stream) -> None:
    stream.put()
    stream.dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    stream.put(KEY | {"Message": {"S": "unseen"}})

    assert len(stream.records()) == 1
    described = stream.streams.describe_stream(StreamArn=stream.arn)["StreamDescription"]
    assert described["StreamStatus"] == "DISABLED"


def test_moto_alone_cannot_write_to_a_table_whose_stream_is_disabled(moto: boto3.Session) -> None:
    stream = Stream(moto.client)
    stream.dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    with pytest.raises(KeyError):
        stream.put()


@pytest.mark.fidelity(
    service="streams",
    behaviour="A stream has shards that split and end",
    verdict="simplified",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="A stream has one shard here, which never ends.",
)
def test_a_stream_has_one_shard(stream: Stream) -> None:
    described = stream.streams.describe_stream(StreamArn=stream.arn)["StreamDescription"]

    assert len(described["Shards"]) == 1
    assert "EndingSequenceNumber" not in described["Shards"][0]["SequenceNumberRange"]
    assert described["StreamLabel"] == stream.arn.rpartition("/stream/")[2]
    assert len(described["StreamLabel"]) == len("2026-01-05T09:00:00.000")


def _fail_a_transaction(dynamodb: Any) -> None:
    check = {
        "TableName": "orders",
        "Key": {"Id": {"N": "404"}},
        "ConditionExpression": "attribute_exists(Id)",
    }
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "orders", "Item": ITEM}},
                {"ConditionCheck": check},
            ]
        )


@pytest.mark.fidelity(
    service="streams",
    behaviour="A transaction that fails leaves no record, and a reader reads on",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html",
    note="",
)
def test_a_failed_transaction_leaves_no_record_and_readers_read_on(stream: Stream) -> None:
    iterator = stream.iterator()
    _fail_a_transaction(stream.dynamodb)
    assert stream.records() == []

    stream.put()

    assert len(stream.streams.get_records(ShardIterator=iterator)["Records"]) == 1


def test_moto_alone_loses_a_reader_when_a_transaction_fails(moto: boto3.Session) -> None:
    from moto.backends import get_backend

    stream = Stream(moto.client)
    table = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["orders"]

    _fail_a_transaction(stream.dynamodb)
    stream.put()

    assert len(table.stream_shard.items) == 1
    assert "NewImage" in table.stream_shard.items[0].record["dynamodb"]
    now = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["orders"]
    assert now.stream_shard is not table.stream_shard


def test_two_seeded_sandboxes_give_the_same_iterators() -> None:
    from pipeline.sandbox import Sandbox

    def read() -> str:
        with Sandbox(seed=7) as sandbox:
            stream = Stream(sandbox.client)
            stream.put()
            return stream.iterator()

    assert read() == read()
