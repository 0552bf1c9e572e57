"""The table of known actions, held against itself and against what API calls are said to need."""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.catalogue import (
    DETAILED,
    ServiceCatalogue,
    applies,
    global_keys,
    known_actions,
    resource_shapes,
    service_catalogue,
    service_prefixes,
)
from pipeline.iam.catalogue.shapes import arn_shape
from pipeline.iam.glob import pieces_of
from pipeline.iam.operations import TABLE, Requirement, UnknownOperationError, requirements
from pipeline.iam.variables import parse_template

ACCOUNT, REGION = "123456789012", "us-east-1"
MODELS = botocore.session.Session()
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads"
VALUES = {
    "Alias": "alias/pictures",
    "AliasName": "alias/pictures",
    "CopySource": "photos/tom.jpg",
    "DestinationArn": QUEUE,
    "EventSourceArn": QUEUE,
    "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/uploads",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/thumbnailer",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/thumbnailer",
    "SourceArn": QUEUE,
    "Url": "https://identities.example.com",
    "logGroupName": "/aws/lambda/thumbnailer",
}
NAMING_THEIR_SUBJECT = {
    "FileSystemId",
    "KeyId",
    "ResourceArn",
    "StackName",
    "TopicArn",
    "UserName",
    "logGroupName",
}
"""Parameters that are optional to the model, and without which a call's resource is unknown."""

ELSEWHERE = {
    ("events", "CreateArchive"),
    ("events", "StartReplay"),
}
"""Whose ARN in a parameter is of another service than ``SourceArn`` is for SQS."""

NEWER_THAN_THE_REFERENCE = {"kms:Decapsulate", "kms:Encapsulate"}

SHOWN_WITH_AN_ARN = {"logs:DescribeLogGroups", "s3:ListAllMyBuckets"}
"""Actions that know no resource, whose denials name one all the same."""

ON_EVERYTHING = {
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplateSummary",
    "dynamodb:ListExports",
    "dynamodb:ListImports",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
}
"""Actions that know a resource, for calls that may name none."""


def catalogue(prefix: str) -> ServiceCatalogue:
    found = service_catalogue(prefix)
    assert found is not None
    return found


def least(shape: Shape, name: str) -> Any:
    """Return the smallest value that a member of a service model allows."""
    if isinstance(shape, StructureShape):
        wanted = [*shape.required_members, *(NAMING_THEIR_SUBJECT & shape.members.keys())]
        return {member: least(shape.members[member], member) for member in wanted}
    if isinstance(shape, ListShape):
        return [least(shape.member, name)]
    if isinstance(shape, MapShape):
        return {"key": least(shape.value, name)}
    if shape.type_name in {"integer", "long"}:
        return 1
    if shape.type_name == "boolean":
        return False
    names = getattr(shape, "enum", None)
    return names[0] if names else VALUES.get(name, "name")


@functools.cache
def needed() -> dict[tuple[str, str], tuple[Requirement, ...]]:
    """Return what every operation needs that can be asked with the least it requires."""
    found = {}
    for service, rows in TABLE.items():
        for operation in rows:
            model = MODELS.get_service_model(service).operation_model(operation)
            parameters = least(model.input_shape, operation) if model.input_shape else {}
            try:
                found[service, operation] = requirements(
                    service, operation, parameters, account=ACCOUNT, region=REGION
                )
            except (UnknownOperationError, LookupError):
                continue
    return found


def test_nearly_every_operation_can_be_asked() -> None:
    assert len(needed()) > 0.93 * sum(map(len, TABLE.values()))


def test_every_action_that_a_call_needs_is_known_by_this_spelling() -> None:
    wrong = {
        requirement.action
        for row in needed().values()
        for requirement in row
        if requirement.action not in {action.text for action in known(requirement.action)}
    }
    assert wrong <= NEWER_THAN_THE_REFERENCE


def known(action: str) -> tuple[Any, ...]:
    return known_actions(action) or ()


def test_every_resource_that_a_call_needs_is_of_a_type_that_its_action_knows() -> None:
    wrong = []
    for (service, operation), row in needed().items():
        for requirement in row:
            for action in known(requirement.action):
                listed = SHOWN_WITH_AN_ARN if not action.resources else ON_EVERYTHING
                if requirement.resource == "*":
                    fits = not action.resources or requirement.action in listed
                else:
                    fits = applies(action, (pieces_of(requirement.resource),))
                    fits = fits or requirement.action in SHOWN_WITH_AN_ARN
                if not fits and (service, operation) not in ELSEWHERE:
                    wrong.append((service, operation, requirement.action, requirement.resource))
    assert wrong == []


def test_every_operation_without_an_action_of_its_name_is_listed_with_what_it_needs() -> None:
    wrong = []
    for (service, operation), row in needed().items():
        found = service_catalogue(service)
        if found is None or operation.lower() in found.actions:
            continue
        own = {r.action for r in row if r.action.startswith(f"{service}:")}
        listed = {action.text for action in found.operations.get(operation.lower(), ())}
        if not own <= listed and not own <= NEWER_THAN_THE_REFERENCE:
            wrong.append((service, operation, own, listed))
    assert wrong == []


@pytest.mark.parametrize("prefix", DETAILED)
def test_what_a_text_names_it_also_describes(prefix: str) -> None:
    found = catalogue(prefix)
    assert found.actions
    assert found.address.startswith("https://docs.aws.amazon.com/service-authorization/")
    for action in found.actions.values():
        assert set(action.resources) <= set(found.resources)
        assert all(shape.overlaps(pieces_of(shape.example)) for shape in resource_shapes(action))
    assert not set(found.operations) & set(found.actions)


def test_every_service_that_is_described_is_among_the_prefixes() -> None:
    assert set(DETAILED) < service_prefixes()
    assert service_catalogue("ec2") is None


@pytest.mark.parametrize(
    ("expected", "pattern"),
    [
        ({"bucket"}, "arn:aws:s3:::photos"),
        ({"object"}, "arn:aws:s3:::photos/*"),
        ({"object"}, "arn:aws:s3:::photos/ca?s/${aws:username}"),
        ({"bucket", "object"}, "arn:aws:s3:::photos*"),
        ({"bucket", "object"}, "arn:aws-cn:s3:::*"),
        ({"bucket", "object"}, "arn:aws:s3:::${aws:PrincipalTag/team}"),
        ({"accesspoint"}, "arn:aws:s3:us-east-1:123456789012:accesspoint/one"),
        (set(), "arn:aws:s3:::"),
        (set(), "arn:aws:sqs:us-east-1:123456789012:photos"),
    ],
)
def test_a_pattern_covers_the_types_that_it_has_an_arn_in_common_with(
    expected: set[str], pattern: str
) -> None:
    template = parse_template(pattern, variables=True)
    covered = {
        name for name, shape in catalogue("s3").resources.items() if shape.overlaps(template)
    }
    assert covered == expected


def test_an_arn_that_ends_early_goes_on_with_stars() -> None:
    (queue,) = catalogue("sqs").resources.values()
    assert queue.overlaps(pieces_of("arn:aws:sqs"))
    assert not queue.overlaps(pieces_of("arn:aws:sns"))


SHAPE = arn_shape("arn:aws:x:::{One}/{Rest...}")


@given(st.text("ab:/", min_size=1, max_size=4), st.text("ab:/", min_size=1, max_size=4), st.data())
def test_a_pattern_made_from_an_arn_of_the_type_overlaps_it(
    one: str, rest: str, data: st.DataObject
) -> None:
    arn = f"arn:aws:x:::{one}/{rest}"
    start, stop = sorted(data.draw(st.tuples(*[st.integers(12, len(arn))] * 2)))
    pattern = arn[:start] + "*" + arn[stop:]
    if not set(":/") & set(one):
        assert SHAPE.overlaps(pieces_of(pattern))
        assert SHAPE.overlaps(pieces_of(arn[:-1] + "?"))


@given(st.text("ab:/", max_size=8))
def test_a_text_without_wildcards_overlaps_only_as_the_arn_it_is(name: str) -> None:
    first, slash, rest = name.partition("/")
    expected = bool(first and slash and rest) and ":" not in first
    assert SHAPE.overlaps(pieces_of(f"arn:aws:x:::{name}")) == expected


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("aws:SourceArn", "AWS:sourcearn"),
        ("aws:PrincipalTag/{TagKey}", "aws:principaltag/team"),
        (None, "aws:SourceArns"),
        (None, "aws:PrincipalTag/"),
    ],
)
def test_a_condition_key_is_found_whatever_its_case(expected: str | None, name: str) -> None:
    found = global_keys().find(name)
    assert (found.name if found else None) == expected


def test_keys_with_several_values_are_told_apart() -> None:
    keys = (global_keys().find("aws:TagKeys"), global_keys().find("aws:SourceArn"))
    assert [key.is_multivalued for key in keys if key] == [True, False]


def test_an_unknown_service_may_have_any_action() -> None:
    assert known_actions("ec2:RunInstances") is None
    assert known_actions("*") is None
    assert known_actions("s3:HeadObject") == ()
    assert [action.text for action in known("S3:getobject")] == ["s3:GetObject"]
