"""Parameters for every operation, made from botocore's service models, that note what is read."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from pipeline.iam.operations import TABLE, Lookups, Requirement, requirements

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
MODELS = botocore.session.Session()
ROWS = [(service, operation) for service, rows in TABLE.items() for operation in rows]
LOOKUPS = Lookups(
    key_of_alias=lambda _arn: KEY,
    key_of_ciphertext=lambda _blob: KEY,
    mapped_function=lambda _uuid: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnailer",
)
TAG_LISTS = ("Tags", "tags", "TagKeys", "tagKeys")
"""Where any service's tags are looked for."""

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads"
_HANDLE = {"taskId": "1", "sourceArn": QUEUE}
VALUES: Mapping[str, Any] = {
    "AliasName": "alias/photos",
    "CiphertextBlob": b"sealed",
    "CopySource": "photos/tom.jpg",
    "EventPattern": '{"source": ["shop"]}',
    "KeyId": "1234",
    "NewPath": "/new/",
    "Path": "/team/",
    "PhoneNumber": "+15550100",
    "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/uploads",
    "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnailer",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/thumbnailer",
    "SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone",
    "ShardIterator": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/images/stream/2026|1|AAAA",
    "Statement": "SELECT * FROM images WHERE id = '1'",
    "Tagging": "team=photos",
    "SubscriptionArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:uploads:1234-5678",
    "TargetPrincipal": "999999999999",
    "Url": "https://idp.example.com/photos",
    "TaskHandle": b64encode(json.dumps(_HANDLE).encode()).decode(),
}
"""What stands for a member whose value has a form of its own."""

NEEDED_TOO: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("cloudformation", "DescribeChangeSet"): {"StackName": "photos"},
    ("cloudformation", "DescribeChangeSetHooks"): {"StackName": "photos"},
    ("cloudformation", "DescribeStackResources"): {"StackName": "photos"},
    ("cloudformation", "GetTemplate"): {"StackName": "photos"},
    ("dynamodb", "RestoreTableToPointInTime"): {"SourceTableName": "images"},
    ("dynamodb", "TransactGetItems"): {
        "TransactItems": [{"Get": {"TableName": "images", "Key": {"id": {"S": "1"}}}}]
    },
    ("dynamodb", "TransactWriteItems"): {
        "TransactItems": [{"Put": {"TableName": "images", "Item": {"id": {"S": "1"}}}}]
    },
    ("kms", "RetireGrant"): {"KeyId": "1234"},
    ("sns", "Publish"): {"PhoneNumber": "+15550100"},
}
"""What the models do not require, although something must be there."""


NOTHING = StructureShape("Nothing", {"type": "structure", "members": {}})
"""The input of an operation that takes none."""


class Watched(dict[str, Any]):
    """A structure of a call's parameters; it notes which of its members are asked for."""

    def __init__(self, shape: StructureShape, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.shape = shape
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def unknown(self) -> set[str]:
        """Return what was asked for here, or below, and is no member."""
        found = self.asked - set(self.shape.members)
        for child in _structures(self.values()):
            found |= child.unknown()
        return found


def _structures(values: Any) -> Iterator[Watched]:
    for value in values:
        if isinstance(value, Watched):
            yield value
        elif isinstance(value, dict):
            yield from _structures(value.values())
        elif isinstance(value, list):
            yield from _structures(value)


def operation_model(service: str, operation: str) -> OperationModel:
    return MODELS.get_service_model(service).operation_model(operation)


def members(service: str, operation: str) -> Mapping[str, Shape]:
    shape = operation_model(service, operation).input_shape
    return shape.members if shape else {}


def _value(shape: Shape, name: str, *, everything: bool, depth: int = 0) -> Any:
    if isinstance(shape, StructureShape):
        if depth > 6:
            return Watched(shape, {})
        chosen = [
            member
            for member in shape.members
            if member in shape.required_members or (everything and not shape.is_tagged_union)
        ]
        return Watched(
            shape,
            {
                member: _value(
                    shape.members[member], member, everything=everything, depth=depth + 1
                )
                for member in chosen
            },
        )
    if isinstance(shape, ListShape):
        return [_value(shape.member, name, everything=everything, depth=depth + 1)]
    if isinstance(shape, MapShape):
        return {"key": _value(shape.value, name, everything=everything, depth=depth + 1)}
    return _scalar(shape, name)


def _scalar(shape: Shape, name: str) -> Any:
    if name in VALUES:
        return VALUES[name]
    if shape.type_name in {"integer", "long"}:
        return 1
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "blob":
        return b"x"
    if name.lower().endswith(("arn", "arns", "layers")):
        return f"arn:aws:thing:{REGION}:{ACCOUNT}:{name}/one"
    return shape.enum[0] if getattr(shape, "enum", None) else "name"


def parameters(service: str, operation: str, *, everything: bool) -> Watched:
    """Return the fewest parameters that a service's model allows, or all of them."""
    shape = operation_model(service, operation).input_shape or NOTHING
    made = Watched(shape, _value(shape, operation, everything=everything))
    made.update(NEEDED_TOO.get((service, operation), {}))
    return made


def needed(service: str, operation: str, **given: Any) -> tuple[Requirement, ...]:
    return needed_by(service, operation, given)


def needed_by(service: str, operation: str, given: Mapping[str, Any]) -> tuple[Requirement, ...]:
    return requirements(
        service, operation, given, account=ACCOUNT, region=REGION, caller=ALICE, lookups=LOOKUPS
    )


def pairs(service: str, operation: str, **given: Any) -> list[tuple[str, str]]:
    return [(r.action, r.resource) for r in needed(service, operation, **given)]
