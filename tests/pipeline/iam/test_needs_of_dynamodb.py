"""What calls to DynamoDB need: the traps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.operations import Requirement, UnknownOperationError, requirements
from tests.pipeline.iam.service_models import ACCOUNT, LOOKUPS, REGION, needed, pairs

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/images"
USERS = TABLE.replace("images", "users")
STREAM = f"{TABLE}/stream/2026-01-01T00:00:00.000"
ID = {"id": {"S": "1"}}


def knowing(key: str, service: str, operation: str, **parameters: Any) -> Requirement:
    """Return what a call needs when the partition key of every table and index is known."""
    (found,) = requirements(
        service,
        operation,
        parameters,
        account=ACCOUNT,
        region=REGION,
        lookups=replace(LOOKUPS, partition_key=lambda _: key),
    )
    return found


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_reading_an_index_needs_the_index(operation: str) -> None:
    assert [(f"dynamodb:{operation}", TABLE)] == pairs("dynamodb", operation, TableName="images")
    assert [(f"dynamodb:{operation}", f"{TABLE}/index/by-date")] == pairs(
        "dynamodb", operation, TableName="images", IndexName="by-date"
    )


def test_a_table_may_be_named_by_its_arn() -> None:
    found = pairs("dynamodb", "GetItem", TableName=TABLE, Key=ID)
    assert found == [("dynamodb:GetItem", TABLE)]


@pytest.mark.parametrize("operation", ["BatchGetItem", "BatchWriteItem"])
def test_a_batch_of_items_is_an_action_of_its_own_on_each_table(operation: str) -> None:
    empty: Any = {"Keys": []} if operation == "BatchGetItem" else []
    found = pairs("dynamodb", operation, RequestItems={"images": empty, "users": empty})
    assert [(f"dynamodb:{operation}", TABLE), (f"dynamodb:{operation}", USERS)] == found


def test_a_transaction_needs_the_action_of_each_part() -> None:
    items = [
        {"Put": {"TableName": "images"}},
        {"ConditionCheck": {"TableName": "images"}},
        {"Update": {"TableName": "users"}},
        {"Delete": {"TableName": "images"}},
    ]
    found = needed("dynamodb", "TransactWriteItems", TransactItems=items)
    assert [(r.action, r.resource) for r in found] == [
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:ConditionCheckItem", TABLE),
        ("dynamodb:UpdateItem", USERS),
        ("dynamodb:DeleteItem", TABLE),
    ]
    assert all(r.context == {"dynamodb:EnclosingOperation": "TransactWriteItems"} for r in found)


def test_reading_in_a_transaction_needs_get_item() -> None:
    (found,) = needed(
        "dynamodb", "TransactGetItems", TransactItems=[{"Get": {"TableName": "images", "Key": ID}}]
    )
    assert (found.action, found.resource) == ("dynamodb:GetItem", TABLE)
    assert found.context["dynamodb:EnclosingOperation"] == "TransactGetItems"
    assert found.context["dynamodb:LeadingKeys"] == ("1",)


# -- leading keys ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetItem", {"Key": {"id": {"S": "1"}}}, ("1",)),
        ("DeleteItem", {"Key": {"id": {"N": "7"}}}, ("7",)),
        ("UpdateItem", {"Key": {"id": {"B": b"\x00"}}}, ("AA==",)),
        ("GetItem", {"Key": {"id": "1"}}, ("1",)),
        ("GetItem", {"Key": {"id": Decimal(7)}}, ("7",)),
        ("GetItem", {"Key": {"day": {"S": "mon"}, "id": {"S": "1"}}}, ("1",)),
        ("PutItem", {"Item": {"size": {"N": "9"}, "id": {"S": "1"}, "tags": {"L": []}}}, ("1",)),
        (
            "Query",
            {
                "KeyConditionExpression": "#i = :i AND taken > :t",
                "ExpressionAttributeNames": {"#i": "id"},
                "ExpressionAttributeValues": {":i": {"S": "1"}, ":t": {"S": "2026"}},
            },
            ("1",),
        ),
        (
            "Query",
            {
                "KeyConditions": {
                    "id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "1"}]},
                    "taken": {"ComparisonOperator": "GT", "AttributeValueList": [{"S": "2026"}]},
                }
            },
            ("1",),
        ),
    ],
)
def test_the_value_of_the_partition_key_is_a_condition_key(
    operation: str, parameters: dict[str, Any], expected: tuple[str, ...]
) -> None:
    found = knowing("id", "dynamodb", operation, TableName="images", **parameters)
    assert expected == found.context["dynamodb:LeadingKeys"]


def test_every_value_that_may_be_the_partition_keys_counts_while_it_is_unknown() -> None:
    item = {"day": {"S": "mon"}, "id": {"S": "1"}, "tags": {"L": []}, "done": {"BOOL": True}}
    (found,) = needed("dynamodb", "PutItem", TableName="images", Item=item)
    assert found.context["dynamodb:LeadingKeys"] == ("mon", "1")


def test_a_batch_reaches_the_keys_of_each_of_its_items() -> None:
    writes = [
        {"PutRequest": {"Item": {"id": {"S": "1"}}}},
        {"DeleteRequest": {"Key": {"id": {"S": "2"}}}},
        {"DeleteRequest": {"Key": {"id": {"S": "1"}}}},
    ]
    (found,) = needed("dynamodb", "BatchWriteItem", RequestItems={"images": writes})
    assert found.context["dynamodb:LeadingKeys"] == ("1", "2")
    assert found.context["dynamodb:Attributes"] == ("id",)


def test_reading_a_batch_reaches_its_keys() -> None:
    request = {"Keys": [{"id": {"S": "1"}}, {"id": {"S": "2"}}], "ProjectionExpression": "size"}
    (found,) = needed("dynamodb", "BatchGetItem", RequestItems={"images": request})
    assert found.context == {
        "dynamodb:LeadingKeys": ("1", "2"),
        "dynamodb:Attributes": ("size", "id"),
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
    }


def test_a_scan_has_no_leading_keys() -> None:
    (found,) = needed("dynamodb", "Scan", TableName="images")
    assert "dynamodb:LeadingKeys" not in found.context


# -- attributes and what is returned ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetItem", {"Key": ID, "ProjectionExpression": "size, exif.camera[0]"}, "id size exif"),
        ("GetItem", {"Key": ID, "AttributesToGet": ["size"]}, "id size"),
        ("PutItem", {"Item": {**ID, "size": {"N": "1"}}}, "id size"),
        (
            "UpdateItem",
            {
                "Key": ID,
                "UpdateExpression": "SET #s = if_not_exists(#s, :one), seen = list_append(seen, :l)"
                " REMOVE old ADD views :one",
                "ConditionExpression": "attribute_exists(id) AND NOT begins_with(owner, :o)",
                "ExpressionAttributeNames": {"#s": "size"},
            },
            "id owner size seen old views",
        ),
        ("UpdateItem", {"Key": ID, "AttributeUpdates": {"size": {}}}, "id size"),
        (
            "Query",
            {"KeyConditionExpression": "id = :i", "FilterExpression": "size BETWEEN :a AND :b"},
            "size id",
        ),
        ("Scan", {"FilterExpression": "kind IN (:a, :b) OR size (:c)"}, "kind"),
    ],
)
def test_the_attributes_that_a_call_names_are_a_condition_key(
    operation: str, parameters: dict[str, Any], expected: str
) -> None:
    (found,) = needed("dynamodb", operation, TableName="images", **parameters)
    assert tuple(expected.split()) == found.context["dynamodb:Attributes"]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetItem", {"Key": ID}, "ALL_ATTRIBUTES"),
        ("GetItem", {"Key": ID, "ProjectionExpression": "size"}, "SPECIFIC_ATTRIBUTES"),
        ("Query", {}, "ALL_ATTRIBUTES"),
        ("Query", {"IndexName": "by-date"}, "ALL_PROJECTED_ATTRIBUTES"),
        ("Query", {"Select": "COUNT"}, "COUNT"),
        ("Scan", {"ProjectionExpression": "size"}, "SPECIFIC_ATTRIBUTES"),
    ],
)
def test_how_much_is_read_of_an_item_is_a_condition_key(
    operation: str, parameters: dict[str, Any], expected: str
) -> None:
    (found,) = needed("dynamodb", operation, TableName="images", **parameters)
    assert expected == found.context["dynamodb:Select"]


def test_what_a_write_returns_is_a_condition_key() -> None:
    (found,) = needed("dynamodb", "DeleteItem", TableName="images", Key=ID, ReturnValues="ALL_OLD")
    assert found.context["dynamodb:ReturnValues"] == "ALL_OLD"


def test_an_expression_that_is_no_text_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="KeyConditionExpression is not text"):
        needed("dynamodb", "Query", TableName="images", KeyConditionExpression=object())


@given(st.text())
def test_no_expression_breaks_the_reader(text: str) -> None:
    (found,) = needed("dynamodb", "Scan", TableName="images", FilterExpression=text)
    assert found.resource == TABLE


# -- PartiQL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "action", "resource"),
    [
        ("SELECT * FROM images", "Select", TABLE),
        ('select size from "images" where id = ?', "Select", TABLE),
        ('SELECT * FROM "images"."by-date" WHERE day = 1', "Select", f"{TABLE}/index/by-date"),
        ('SELECT " FROM users" FROM images', "Select", TABLE),
        ("INSERT INTO images VALUE {'id': '1'}", "Insert", TABLE),
        ("UPDATE images SET size=1 WHERE id='1'", "Update", TABLE),
        ("DELETE FROM images WHERE id='1'", "Delete", TABLE),
    ],
)
def test_a_statement_needs_the_action_of_its_kind(
    statement: str, action: str, resource: str
) -> None:
    found = pairs("dynamodb", "ExecuteStatement", Statement=statement)
    assert [(f"dynamodb:PartiQL{action}", resource)] == found


def test_what_a_statement_may_reach_is_in_its_condition_keys() -> None:
    (found,) = needed(
        "dynamodb",
        "ExecuteStatement",
        Statement="SELECT size FROM images WHERE id = '1' AND \"owner\" = ?",
        Parameters=[{"S": "alice"}],
    )
    assert found.context == {
        "dynamodb:LeadingKeys": ("1", "alice"),
        "dynamodb:Attributes": ("size", "id", "owner"),
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
        "dynamodb:FullTableScan": "false",
    }


def test_an_inserted_item_has_members_and_values() -> None:
    (found,) = needed(
        "dynamodb", "ExecuteStatement", Statement="INSERT INTO images VALUE {'id': '1', 'size': 7}"
    )
    assert found.context == {
        "dynamodb:LeadingKeys": ("1", "7"),
        "dynamodb:Attributes": ("id", "size"),
    }


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM images", "true"),
        ("SELECT * FROM images WHERE size = 1", "true"),
        ("SELECT * FROM images WHERE id = '1'", "false"),
        ("SELECT * FROM images WHERE \"id\" IN ['1']", "false"),
        ("SELECT * FROM images WHERE id > '1'", "true"),
    ],
)
def test_a_select_without_the_partition_key_is_a_full_scan(statement: str, expected: str) -> None:
    found = knowing("id", "dynamodb", "ExecuteStatement", Statement=statement)
    assert expected == found.context["dynamodb:FullTableScan"]


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements")],
)
def test_each_of_several_statements_needs_its_own_action(operation: str, parameter: str) -> None:
    statements = [
        {"Statement": "SELECT * FROM images"},
        {"Statement": "DELETE FROM users WHERE id=?", "Parameters": [{"S": "1"}]},
    ]
    found = needed("dynamodb", operation, **{parameter: statements})
    assert [(r.action, r.resource) for r in found] == [
        ("dynamodb:PartiQLSelect", TABLE),
        ("dynamodb:PartiQLDelete", USERS),
    ]
    assert {r.context["dynamodb:EnclosingOperation"] for r in found} == {operation}


@pytest.mark.parametrize(
    "statement", ["", "DROP TABLE images", "EXISTS(SELECT * FROM images)", "SELECT 1", "UPDATE"]
)
def test_a_statement_that_cannot_be_read_is_refused(statement: str) -> None:
    with pytest.raises(UnknownOperationError, match="PartiQL"):
        needed("dynamodb", "ExecuteStatement", Statement=statement)


@given(st.text(), st.sampled_from(["SELECT", "INSERT INTO", "UPDATE", "DELETE FROM"]))
def test_a_statement_is_read_or_refused(text: str, start: str) -> None:
    try:
        (found,) = needed("dynamodb", "ExecuteStatement", Statement=f"{start} {text}")
    except UnknownOperationError:
        return
    assert found.resource.startswith(f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/")


LONG = 100_000


@pytest.mark.parametrize(
    "text",
    ["a" * LONG, "a." * LONG, "a " * LONG, "#" * LONG, "a = :b AND " * LONG, "a" + " " * LONG],
    ids=["a name", "a path", "names", "marks", "equalities", "spaces"],
)
def test_a_long_expression_is_read_once(text: str) -> None:
    (found,) = needed("dynamodb", "Query", TableName="images", KeyConditionExpression=text)
    assert found.resource == TABLE


@pytest.mark.parametrize(
    "text",
    [" WHERE " * LONG, " WHERE " + "a" * LONG + "(", " WHERE " + "a.-" * LONG, " '" * LONG],
    ids=["conditions", "a name", "a path", "quotes"],
)
def test_a_long_statement_is_read_once(text: str) -> None:
    statement = f"SELECT * FROM images{text}"  # noqa: S608 - it is sent to no database
    (found,) = needed("dynamodb", "ExecuteStatement", Statement=statement)
    assert found.resource == TABLE


# -- tables, backups and streams -------------------------------------------------------------------


def test_a_table_from_a_backup_is_filled_by_its_caller() -> None:
    backup = f"{TABLE}/backup/01"
    found = pairs("dynamodb", "RestoreTableFromBackup", TargetTableName="users", BackupArn=backup)
    assert found[0] == ("dynamodb:RestoreTableFromBackup", backup)
    assert {resource for _, resource in found[1:]} == {USERS}
    assert ("dynamodb:PutItem", USERS) in found


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("UpdateTable", {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
        ("CreateTable", {"GlobalTableSourceArn": TABLE}),
    ],
)
def test_replicas_are_refused(operation: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(UnknownOperationError, match="Replicas"):
        needed("dynamodb", operation, TableName="images", **parameters)


def test_a_policy_at_creation_needs_its_own_action() -> None:
    found = pairs("dynamodb", "CreateTable", TableName="images", ResourcePolicy="{}")
    assert found == [("dynamodb:CreateTable", TABLE), ("dynamodb:PutResourcePolicy", TABLE)]


@pytest.mark.parametrize(
    ("operation", "parameters", "resource"),
    [
        ("DescribeStream", {"StreamArn": STREAM}, STREAM),
        ("GetShardIterator", {"StreamArn": STREAM}, STREAM),
        ("GetRecords", {"ShardIterator": f"{STREAM}|1|AAAA"}, STREAM),
        ("ListStreams", {"TableName": "images"}, "*"),
    ],
)
def test_streams_are_read_with_actions_of_dynamodb(
    operation: str, parameters: dict[str, str], resource: str
) -> None:
    found = pairs("dynamodbstreams", operation, **parameters)
    assert [(f"dynamodb:{operation}", resource)] == found


def test_an_iterator_that_tells_no_stream_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="ShardIterator"):
        needed("dynamodbstreams", "GetRecords", ShardIterator="AAAA")
