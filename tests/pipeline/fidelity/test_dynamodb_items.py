"""Items: conditional writes, updates whole or not at all, keys, sizes and expressions."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fidelity.dynamodb_sizes import item_size

KEY = {"image": {"S": "a"}}
CREATE: dict[str, Any] = {
    "TableName": "photos",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "image", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "image", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
LARGEST = 400 * 1024


def photos(client: Any) -> Any:
    """Return a DynamoDB client, with a table to use it on."""
    dynamodb = client("dynamodb")
    dynamodb.create_table(**CREATE)
    return dynamodb


@pytest.fixture
def table(scene: Any) -> Any:
    """A DynamoDB client of a sandbox, with a table."""
    return photos(scene.sandbox.client)


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(TableName="photos", **arguments)
    return dict(caught.value.response)


def stored(dynamodb: Any) -> Any:
    return dynamodb.get_item(TableName="photos", Key=KEY).get("Item")


# -- conditional writes --


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A conditional write that fails changes nothing and can answer the item it met",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate",
    note="",
)
def test_a_conditional_put_of_an_item_that_is_there_fails_with_the_item(table: Any) -> None:
    first = KEY | {"status": {"S": "claimed"}}
    arguments = {"ConditionExpression": "attribute_not_exists(image)"}
    table.put_item(TableName="photos", Item=first, **arguments)

    bare = refusal(table.put_item, Item=KEY, **arguments)
    told = refusal(
        table.put_item, Item=KEY, ReturnValuesOnConditionCheckFailure="ALL_OLD", **arguments
    )

    assert bare["Error"]["Code"] == "ConditionalCheckFailedException"
    assert bare["Error"]["Message"] == "The conditional request failed"
    assert "Item" not in bare
    assert told["Item"] == first
    assert stored(table) == first


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A transaction writes all of its items or none, and says which condition failed",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html",
    note="",
)
def test_a_transaction_writes_all_or_nothing(table: Any) -> None:
    missing = {
        "TableName": "photos",
        "Key": {"image": {"S": "missing"}},
        "ConditionExpression": "attribute_exists(image)",
    }
    with pytest.raises(ClientError) as caught:
        table.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "photos", "Item": KEY}},
                {"ConditionCheck": missing},
            ]
        )

    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    codes = [reason["Code"] for reason in caught.value.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"]
    assert stored(table) is None


# -- updates --


def test_moto_alone_records_an_update_that_makes_an_item_as_two_changes(
    moto: boto3.Session,
) -> None:
    from moto.backends import get_backend

    dynamodb = photos(moto.client)
    dynamodb.update_item(
        TableName="photos",
        Key=KEY,
        UpdateExpression="SET width = :s",
        ExpressionAttributeValues={":s": {"N": "1"}},
    )

    made = get_backend("dynamodb")["123456789012"]["us-east-1"].tables["photos"].stream_shard
    assert len(made.items) == 2


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="An update that makes an item is one change in the table's stream",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    note="",
)
def test_an_update_that_makes_an_item_is_one_insert(scene: Any, table: Any) -> None:
    for width in ("1", "2"):
        table.update_item(
            TableName="photos",
            Key=KEY,
            UpdateExpression="SET width = :w",
            ExpressionAttributeValues={":w": {"N": width}},
        )

    streams = scene.sandbox.client("dynamodbstreams")
    arn = table.describe_table(TableName="photos")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY"]
    assert records[0]["dynamodb"]["NewImage"] == KEY | {"width": {"N": "1"}}
    first, second = (int(r["dynamodb"]["SequenceNumber"]) for r in records)
    assert second == first + 1


def test_moto_alone_leaves_half_of_an_update_that_it_refuses(moto: boto3.Session) -> None:
    dynamodb = photos(moto.client)

    code = refusal(dynamodb.update_item, **_too_large())["Error"]["Code"]

    assert code == "ValidationException"
    assert stored(dynamodb) is not None


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="An update happens whole or not at all",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html",
    note="",
)
@pytest.mark.parametrize("before", [None, KEY | {"title": {"S": "old"}}])
def test_an_update_that_is_refused_changes_nothing(table: Any, before: Any) -> None:
    if before is not None:
        table.put_item(TableName="photos", Item=before)

    error = refusal(table.update_item, **_too_large())["Error"]

    assert error["Code"] == "ValidationException"
    assert error["Message"] == "Item size to update has exceeded the maximum allowed size"
    assert stored(table) == before


def test_an_update_without_its_key_is_refused(table: Any) -> None:
    error = refusal(table.update_item, Key={})["Error"]

    assert error["Code"] == "ValidationException"


def _too_large() -> dict[str, Any]:
    return {
        "Key": KEY,
        "UpdateExpression": "SET title = :t, notes = :n",
        "ExpressionAttributeValues": {":t": {"S": "new"}, ":n": {"S": "x" * LARGEST}},
    }


# -- sizes --


def test_moto_alone_refuses_an_item_of_exactly_400_kb(moto: boto3.Session) -> None:
    error = refusal(photos(moto.client).put_item, Item=_item_of(LARGEST))["Error"]

    assert error["Message"] == "Item size has exceeded the maximum allowed size"


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="An item takes at most 400 KB, names included",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
    note="",
)
def test_an_item_of_400_kb_is_stored_and_one_byte_more_is_not(table: Any) -> None:
    table.put_item(TableName="photos", Item=_item_of(LARGEST))

    error = refusal(table.put_item, Item=_item_of(LARGEST + 1))["Error"]

    assert error["Code"] == "ValidationException"
    assert error["Message"] == "Item size has exceeded the maximum allowed size"


def _item_of(size: int) -> dict[str, Any]:
    fixed = len("image") + len("a") + len("é".encode())
    return KEY | {"é": {"S": "x" * (size - fixed)}}


@pytest.mark.parametrize(
    ("attribute", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "101"}, 3),
        ({"N": "-0.0012"}, 2),
        ({"N": "0"}, 1),
        ({"N": "1200000"}, 2),
        ({"N": "1.5E3"}, 2),
        ({"B": b"abc"}, 3),
        ({"B": "YWJj"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["12", "1"]}, 4),
        ({"BS": [b"ab"]}, 2),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}, {"S": "b"}]}, 7),
        ({"M": {"k": {"S": "ab"}}}, 7),
    ],
)
def test_a_value_takes_the_bytes_that_dynamodb_documents(attribute: Any, size: int) -> None:
    assert item_size({"n": attribute}) == 1 + size


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), unique_by=lambda pair: pair[0]))
def test_texts_take_their_bytes_and_their_names_bytes(pairs: list[tuple[str, str]]) -> None:
    attributes = {name: {"S": text} for name, text in pairs}

    assert item_size(attributes) == sum(len((name + text).encode()) for name, text in pairs)


# -- keys and expressions --


def test_moto_alone_words_an_empty_key_otherwise(moto: boto3.Session) -> None:
    empty = {"image": {"S": ""}}
    dynamodb = photos(moto.client)

    message = refusal(dynamodb.put_item, Item=empty)["Error"]["Message"]

    assert "cannot contain an empty string value" not in message
    dynamodb.delete_item(TableName="photos", Key=empty)


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A key may not be empty, other attributes may",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
    note="",
)
def test_an_empty_key_is_refused_by_every_operation_on_an_item(table: Any) -> None:
    empty = {"image": {"S": ""}}
    table.put_item(TableName="photos", Item=KEY | {"title": {"S": ""}})

    for call, name in (
        (table.put_item, "Item"),
        (table.get_item, "Key"),
        (table.update_item, "Key"),
        (table.delete_item, "Key"),
    ):
        error = refusal(call, **{name: empty})["Error"]
        assert error["Code"] == "ValidationException"
        assert error["Message"] == (
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: image"
        )


UNUSED = {":used": {"S": "a"}, ":unused": {"S": "b"}}


def test_moto_alone_accepts_a_value_that_no_expression_uses(moto: boto3.Session) -> None:
    photos(moto.client).put_item(
        TableName="photos",
        Item=KEY,
        ConditionExpression="attribute_not_exists(image) OR image = :used",
        ExpressionAttributeValues=UNUSED,
    )


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A value that no expression uses is refused",
    verdict="corrected",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html",
    note="",
)
def test_a_value_that_no_expression_uses_is_refused(table: Any) -> None:
    complaint = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}"
    condition = {"ConditionExpression": "image = :used", "ExpressionAttributeValues": UNUSED}

    messages = [
        refusal(call, **arguments)["Error"]["Message"]
        for call, arguments in (
            (table.put_item, {"Item": KEY, **condition}),
            (table.delete_item, {"Key": KEY, **condition}),
            (table.update_item, {"Key": KEY, "UpdateExpression": "SET v = :used", **condition}),
            (
                table.query,
                {"KeyConditionExpression": "image = :used", "ExpressionAttributeValues": UNUSED},
            ),
            (
                table.scan,
                {"FilterExpression": "image = :used", "ExpressionAttributeValues": UNUSED},
            ),
        )
    ]

    counted = f"1 validation error detected: {complaint}"
    assert messages == [counted, counted, counted, complaint, complaint]


@pytest.mark.parametrize(
    ("operation", "arguments", "missing"),
    [
        ("put_item", {"Item": KEY}, "ConditionExpression is null"),
        ("delete_item", {"Key": KEY}, "ConditionExpression is null"),
        ("update_item", {"Key": KEY}, "UpdateExpression and ConditionExpression are null"),
        ("scan", {}, "FilterExpression is null"),
    ],
)
def test_values_without_any_expression_are_refused(
    table: Any, operation: str, arguments: dict[str, Any], missing: str
) -> None:
    error = refusal(
        getattr(table, operation), ExpressionAttributeValues={":v": {"S": "a"}}, **arguments
    )["Error"]

    assert error["Message"] == (
        f"ExpressionAttributeValues can only be specified when using expressions: {missing}"
    )


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A call on a table that is not there is a ResourceNotFoundException",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html",
    note="",
)
def test_a_table_that_is_not_there_is_not_found(scene: Any) -> None:
    dynamodb = scene.sandbox.client("dynamodb")

    for call, arguments, message in (
        (dynamodb.put_item, {"Item": KEY}, "Requested resource not found"),
        (dynamodb.get_item, {"Key": KEY}, "Requested resource not found"),
        (dynamodb.scan, {}, "Requested resource not found"),
        (dynamodb.describe_table, {}, "Requested resource not found: Table: photos not found"),
    ):
        error = refusal(call, **arguments)["Error"]
        assert error == {"Code": "ResourceNotFoundException", "Message": message}


def test_the_resource_interface_passes_the_same_checks(scene: Any, table: Any) -> None:
    from boto3.dynamodb.conditions import Key

    table.put_item(TableName="photos", Item=KEY)
    session = scene.sandbox._parts.identities._sessions["learner"]
    high = session.resource("dynamodb").Table("photos")

    assert high.query(KeyConditionExpression=Key("image").eq("a"))["Count"] == 1
    with pytest.raises(ClientError, match="cannot contain an empty string value"):
        high.put_item(Item={"image": ""})
