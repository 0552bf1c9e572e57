"""Items with plain values, and conditional writes that make repeating them harmless.

A condition is checked by PutItem itself and needs no other permission
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from .connecting import CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
"""An item with plain values: strings, whole numbers, ``Decimal``, lists and dictionaries."""


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as DynamoDB takes them: ``{"name": {"S": "Ada"}}``."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in item.items()}


def to_item(attributes: Mapping[str, Any]) -> Item:
    """Return an item's plain values."""
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in attributes.items()}


def is_condition_failure(error: ClientError) -> bool:
    """Say whether a write's condition did not hold."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


class Table:
    """A table that is written by PutItem alone.

    Its methods raise ``ClientError`` and ``BotoCoreError`` as DynamoDB and boto3 do.
    """

    def __init__(self, dynamodb: DynamoDBClient, name: str, key: str) -> None:
        """Take the table's name and the attribute that is its partition key."""
        self._dynamodb = dynamodb
        self._name = name
        self._key = key

    @classmethod
    def connect(cls, session: boto3.Session, name: str, key: str) -> Table:
        """Return a table that is reached through a session."""
        return cls(session.client("dynamodb", config=CONFIG), name, key)

    def put(self, item: Item) -> None:
        """Put an item, whatever was there."""
        self._dynamodb.put_item(TableName=self._name, Item=to_attributes(item))

    def put_new(self, item: Item) -> bool:
        """Put an item unless there is one of that key; False when there is."""
        return self._put_if(item, "attribute_not_exists(#key)", {"#key": self._key}, {})

    def put_latest(self, item: Item) -> bool:
        """Put an item unless one with a greater ``sequencer`` is there; False when it is.

        An item with the same sequencer is written again: it comes from the same event.
        """
        return self._put_if(
            item,
            "attribute_not_exists(#key) OR #sequencer <= :sequencer",
            {"#key": self._key, "#sequencer": "sequencer"},
            {"ExpressionAttributeValues": to_attributes({":sequencer": item["sequencer"]})},
        )

    def _put_if(
        self, item: Item, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
    ) -> bool:
        try:
            self._dynamodb.put_item(
                TableName=self._name,
                Item=to_attributes(item),
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                **values,
            )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True
