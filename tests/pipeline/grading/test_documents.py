"""Documents in their places: by real calls, refused in the services' own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.grading.documents import key_arn, put, put_all
from pipeline.grading.places import Location, UnknownPlaceError, locate
from pipeline.sandbox import Sandbox
from pipeline.topology import make_topology

ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}

KEY_POLICY_WITH_A_FRACTION = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": 1.5,
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


@pytest.fixture(scope="module")
def opened() -> Iterator[Sandbox]:
    with Sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(opened: Sandbox) -> Sandbox:
    opened.reset()
    return opened


def _attributes(sandbox: Sandbox, queue: str) -> dict[str, str]:
    sqs = sandbox.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return found


# -- places --


def test_a_place_is_one_of_the_architectures_own_or_a_kind_and_a_name() -> None:
    topology = make_topology("thumbnails")
    places = ["queue-policy", "queue:queue", "queue:jobs-dead-letter", "bucket-policy:uploads"]

    assert [locate(topology, place) for place in places] == [
        Location("queue-policy", "queue", "jobs", own=True),
        Location("queue:queue", "queue", "jobs"),
        Location("queue:jobs-dead-letter", "queue", "jobs-dead-letter"),
        Location("bucket-policy:uploads", "bucket-policy", f"uploads-{topology.account}"),
    ]


@pytest.mark.parametrize(
    "place", ["", "queue", "queue:", "queue:nothing", "nonsense:jobs", "mapping:jobs", "topic"]
)
def test_a_place_that_is_not_there_is_told_with_those_that_are(place: str) -> None:
    with pytest.raises(UnknownPlaceError, match="there are"):
        locate(make_topology("thumbnails"), place)


def test_boundaries_and_scps_limit_and_grant_nothing() -> None:
    topology = make_topology("thumbnails")
    grants = {
        place: locate(topology, place).grants
        for place in ("queue-policy", "key-policy", "boundary:thumbnail-function", "scp")
    }

    assert grants == {
        "queue-policy": True,
        "key-policy": True,
        "boundary:thumbnail-function": False,
        "scp": False,
    }


# -- settings --


def test_a_queues_settings_are_merged_and_null_takes_one_back(sandbox: Sandbox) -> None:
    refused = put(sandbox, "queue:jobs", {"VisibilityTimeout": 10, "RedrivePolicy": None})
    attributes = _attributes(sandbox, "jobs")

    assert refused is None
    assert attributes["VisibilityTimeout"] == "10"
    assert attributes["MessageRetentionPeriod"] == "345600"
    assert "RedrivePolicy" not in attributes


def test_a_document_inside_a_setting_is_put_as_text(sandbox: Sandbox) -> None:
    arn = "arn:aws:sqs:us-east-1:{account}:jobs-dead-letter"
    redrive = {"RedrivePolicy": {"deadLetterTargetArn": arn, "maxReceiveCount": 2}}

    assert put(sandbox, "queue:jobs", redrive) is None
    assert json.loads(_attributes(sandbox, "jobs")["RedrivePolicy"])["maxReceiveCount"] == 2


def test_a_mapping_is_updated(sandbox: Sandbox) -> None:
    assert put(sandbox, "mapping:thumbnail", {"BatchSize": 1, "FunctionResponseTypes": []}) is None

    mapping = sandbox.client("lambda").list_event_source_mappings()["EventSourceMappings"][0]
    assert (mapping["BatchSize"], mapping["FunctionResponseTypes"]) == (1, [])


def test_a_function_is_configured_and_its_concurrency_reserved_and_released(
    sandbox: Sandbox,
) -> None:
    functions = sandbox.client("lambda")
    settings = {"Handler": "function.naive.handler", "ReservedConcurrentExecutions": 2}

    assert put(sandbox, "function:function", settings) is None
    configuration = functions.get_function_configuration(FunctionName="thumbnail")
    reserved = functions.get_function_concurrency(FunctionName="thumbnail")
    assert configuration["Handler"] == "function.naive.handler"
    assert reserved["ReservedConcurrentExecutions"] == 2

    assert put(sandbox, "function:function", {"ReservedConcurrentExecutions": None}) is None
    released = functions.get_function_concurrency(FunctionName="thumbnail")
    assert "ReservedConcurrentExecutions" not in released


def test_a_notification_configuration_replaces_the_one_before(sandbox: Sandbox) -> None:
    configuration = {
        "QueueConfigurations": [
            {
                "Id": "puts",
                "QueueArn": "arn:aws:sqs:us-east-1:{account}:jobs",
                "Events": ["s3:ObjectCreated:Put"],
            }
        ]
    }

    assert put(sandbox, "notification:uploads", configuration) is None
    held = sandbox.client("s3").get_bucket_notification_configuration(
        Bucket=sandbox.topology.uploads.name
    )
    assert [entry["Id"] for entry in held["QueueConfigurations"]] == ["puts"]


def test_a_subscription_is_set_by_the_name_of_what_it_delivers_to() -> None:
    with Sandbox(topology="fanout", seed=1) as sandbox:
        refused = put(sandbox, "subscription:audit-queue", {"RawMessageDelivery": True})
        sns = sandbox.client("sns")
        held = sns.list_subscriptions()["Subscriptions"]
        arn = next(s["SubscriptionArn"] for s in held if s["Endpoint"].endswith("audit-jobs"))
        attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]

    assert (refused, attributes["RawMessageDelivery"]) == (None, "true")


# -- policies --


def test_a_bucket_policy_is_put_and_taken_away(sandbox: Sandbox) -> None:
    bucket = sandbox.topology.thumbnails.name
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::thumbnails-{account}/*",
    }
    document = {"Version": "2012-10-17", "Statement": [deny]}

    assert put(sandbox, "bucket-policy:thumbnails", document) is None
    held = json.loads(sandbox.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    assert held["Statement"][0]["Resource"] == f"arn:aws:s3:::{bucket}/*"
    assert put(sandbox, "bucket-policy:thumbnails", "") is None
    with pytest.raises(sandbox.client("s3").exceptions.ClientError, match="NoSuchBucketPolicy"):
        sandbox.client("s3").get_bucket_policy(Bucket=bucket)


def test_a_boundary_is_a_managed_policy_that_is_versioned_as_often_as_it_is_put(
    sandbox: Sandbox,
) -> None:
    place = "boundary:thumbnail-function"
    refused = [put(sandbox, place, ALLOW | {"Id": f"version{n}"}) for n in range(7)]
    role = sandbox.client("iam").get_role(RoleName="thumbnail-function")["Role"]

    assert refused == [None] * 7
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(
        ":policy/thumbnail-function-boundary"
    )
    assert put(sandbox, place, "") is None
    role = sandbox.client("iam").get_role(RoleName="thumbnail-function")["Role"]
    assert "PermissionsBoundary" not in role


def test_a_key_is_made_once_and_its_policy_is_put(sandbox: Sandbox) -> None:
    owner = {"AWS": "arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}

    assert put(sandbox, "key-policy", document) is None
    key = key_arn(sandbox)
    assert key == key_arn(sandbox)
    held = sandbox.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert json.loads(held)["Statement"][0]["Action"] == "kms:*"


def test_a_functions_policy_takes_what_add_permission_has_parameters_for() -> None:
    topology = make_topology("direct", account="{account}")
    with Sandbox(topology="direct", seed=1) as sandbox:
        refused = put(sandbox, "function-policy", topology.policies["function-policy"])
        held = sandbox.policy("function-policy")["Statement"]

    assert refused is None
    assert [statement["Sid"] for statement in held] == ["S3ToFunction"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Effect": "Deny"}, "only allows"),
        ({"Action": ["lambda:InvokeFunction", "lambda:GetFunction"]}, "one action"),
        ({"Principal": {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]}}, "one principal"),
        ({"Condition": {"StringLike": {"aws:SourceArn": "*"}}}, "no other condition"),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "*", "aws:PrincipalArn": "*"}}}, "no other"),
        ({"Condition": []}, "no other condition"),
        ({"Sid": None}, "with a Sid"),
    ],
)
def test_a_functions_policy_does_not_take_what_add_permission_cannot_say(
    change: dict[str, Any], message: str
) -> None:
    document = make_topology("direct", account="{account}").policies["function-policy"]
    statement = {**document["Statement"][0], **change}
    with Sandbox(topology="direct", seed=1) as sandbox:
        refused = put(sandbox, "function-policy", {**document, "Statement": [statement]})
        held = sandbox.policy("function-policy")["Statement"]

    assert refused is not None
    assert message in refused.message
    assert len(held) == 1


# -- what is refused --


@pytest.mark.parametrize(
    ("place", "document", "code"),
    [
        ("queue:jobs", "{", "NotJSON"),
        ("queue:jobs", "[" * 50_000, "NotJSON"),
        ("queue:jobs", "[]", "NotAnObject"),
        ("queue:jobs", '{"VisibilityTimeout": ' + " " * 1_000_000 + "1}", "TooLong"),
        ("queue:jobs", {"VisibilityTimeout": -1}, "InvalidAttributeValue"),
        ("queue:jobs", {"Visibility": 1}, "InvalidAttributeName"),
        ("mapping:thumbnail", {"BatchSize": "many"}, "ValidationError"),
        ("mapping:thumbnail", {"NoSuchMember": 1}, "ValidationError"),
        ("mapping:thumbnail", {"BatchSize": 11}, "InvalidParameterValueException"),
        ("function:thumbnail", {"ReservedConcurrentExecutions": "all"}, "ValidationError"),
        ("notification:uploads", {"QueueConfigurations": {}}, "ValidationError"),
        ("bucket-policy:uploads", "{", "MalformedPolicy"),
        ("boundary:thumbnail-function", "{", "MalformedPolicyDocument"),
        ("trust-policy", ALLOW, "MalformedPolicyDocument"),
        ("scp", "{", "MalformedPolicyDocument"),
        ("scp", "x" * 1_000_000, "MalformedPolicyDocument"),
        ("key-policy", "{", "MalformedPolicyDocumentException"),
        ("queue-policy", "{", "InvalidAttributeValue"),
        ("key-policy", KEY_POLICY_WITH_A_FRACTION, "MalformedPolicyDocument"),
    ],
)
def test_a_document_that_its_service_does_not_take_is_refused_in_its_words(
    sandbox: Sandbox, place: str, document: Any, code: str
) -> None:
    refused = put(sandbox, place, document)

    assert refused is not None
    assert (refused.place, refused.code) == (place, code)
    assert refused.message
    assert refused.words().startswith(f"{place} was refused: {code}: ")


def test_all_refusals_are_told_and_the_rest_is_put(sandbox: Sandbox) -> None:
    refused = put_all(
        sandbox,
        {"scp": "{", "queue:jobs": {"VisibilityTimeout": 10}, "key-policy": "{"},
    )

    assert [each.place for each in refused] == ["scp", "key-policy"]
    assert _attributes(sandbox, "jobs")["VisibilityTimeout"] == "10"
