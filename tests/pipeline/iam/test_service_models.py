"""What API calls need, held against botocore's service models and against the known traps."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from pipeline.iam.operations import TABLE, Requirement, UnknownOperationError, requirements

ACCOUNT, REGION = "123456789012", "us-east-1"
MODELS = botocore.session.Session()
ROWS = [(service, operation) for service, rows in TABLE.items() for operation in rows]

VALUES = {
    "CopySource": "photos/tom.jpg",
    "DestinationArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads",
    "EventSourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads",
    "FunctionName": "thumbnailer",
    "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/uploads",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/thumbnailer",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/thumbnailer",
    "SourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed",
}
"""What stands for a member whose value has a form of its own."""

TRANSACTED = {"TransactGetItems": "Get", "TransactWriteItems": "Put"}
"""Of a transaction's part no member is required, although one must be there."""

ABOUT_THEIR_CALLER = {("iam", "CreateAccessKey"), ("iam", "GetUser")}
"""What means the caller when it names no user."""

QUEUE_URL = VALUES["QueueUrl"]
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/images"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnailer"
ROLE = VALUES["Role"]
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/thumbnailer"


def _needed(service: str, operation: str, **parameters: Any) -> tuple[Requirement, ...]:
    return requirements(service, operation, parameters, account=ACCOUNT, region=REGION)


def _pairs(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    return [(r.action, r.resource) for r in _needed(service, operation, **parameters)]


def _least(shape: Shape, name: str) -> Any:
    """Return the smallest value that a member of a service model allows."""
    if isinstance(shape, StructureShape):
        required = [*shape.required_members]
        return {member: _least(shape.members[member], member) for member in required}
    if isinstance(shape, ListShape):
        return [_least(shape.member, name)]
    if isinstance(shape, MapShape):
        return {"key": _least(shape.value, name)}
    if shape.type_name in {"integer", "long"}:
        return 1
    if shape.type_name == "boolean":
        return False
    return shape.enum[0] if getattr(shape, "enum", None) else VALUES.get(name, "name")


def _least_parameters(service: str, operation: str) -> dict[str, Any]:
    model = MODELS.get_service_model(service).operation_model(operation)
    parameters = _least(model.input_shape, operation) if model.input_shape else {}
    if operation in TRANSACTED:
        part = TRANSACTED[operation]
        shape = model.input_shape.members["TransactItems"].member.members[part]
        parameters["TransactItems"] = [{part: _least(shape, part)}]
    if (service, operation) in ABOUT_THEIR_CALLER:
        parameters["UserName"] = "alice"
    return dict(parameters)


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_every_operation_of_the_table_exists(service: str, operation: str) -> None:
    assert operation in MODELS.get_service_model(service).operation_names


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_every_row_takes_what_the_service_requires(service: str, operation: str) -> None:
    needed = _needed(service, operation, **_least_parameters(service, operation))
    assert needed
    for requirement in needed:
        assert re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z0-9]+", requirement.action)
        assert requirement.resource == "*" or requirement.resource.count(":") >= 5
        assert all(isinstance(value, str) for value in requirement.context.values())


def test_no_action_is_called_a_batch_of_messages() -> None:
    actions = {
        requirement.action
        for operation in TABLE["sqs"]
        for requirement in _needed("sqs", operation, **_least_parameters("sqs", operation))
    }
    assert not [action for action in actions if action.endswith("Batch")]


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "PutBucketWebsite"), ("s3", "putObject"), ("ec2", "RunInstances"), ("", "PutObject")],
)
def test_an_operation_that_is_not_in_the_table_is_refused(service: str, operation: str) -> None:
    with pytest.raises(UnknownOperationError, match=operation):
        _needed(service, operation, Bucket="photos")


@pytest.mark.parametrize("operation", ["CreateAccessKey", "GetUser"])
def test_a_call_about_its_unnamed_caller_is_refused(operation: str) -> None:
    with pytest.raises(UnknownOperationError, match="UserName"):
        _needed("iam", operation)


# -- S3 --------------------------------------------------------------------------------------------


def test_listing_needs_the_bucket_and_not_its_objects() -> None:
    (needed,) = _needed("s3", "ListObjectsV2", Bucket="photos", Prefix="cats/", MaxKeys=5)
    assert (needed.action, needed.resource) == ("s3:ListBucket", "arn:aws:s3:::photos")
    assert needed.context == {"s3:prefix": "cats/", "s3:max-keys": "5"}


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("HeadObject", {}, "s3:GetObject"),
        ("GetObject", {}, "s3:GetObject"),
        ("GetObject", {"VersionId": "3"}, "s3:GetObjectVersion"),
        ("DeleteObject", {}, "s3:DeleteObject"),
        ("DeleteObject", {"VersionId": "3"}, "s3:DeleteObjectVersion"),
        ("UploadPart", {}, "s3:PutObject"),
        ("CompleteMultipartUpload", {}, "s3:PutObject"),
        ("AbortMultipartUpload", {}, "s3:AbortMultipartUpload"),
    ],
)
def test_an_object_needs_the_action_of_its_operation(
    operation: str, parameters: dict[str, str], expected: str
) -> None:
    needed = _pairs("s3", operation, Bucket="photos", Key="cats/tom.jpg", **parameters)
    assert [(expected, "arn:aws:s3:::photos/cats/tom.jpg")] == needed


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("HeadBucket", "s3:ListBucket"),
        ("PutBucketNotificationConfiguration", "s3:PutBucketNotification"),
        ("GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
        ("PutBucketPolicy", "s3:PutBucketPolicy"),
    ],
)
def test_a_bucket_needs_the_action_of_its_operation(operation: str, expected: str) -> None:
    assert [(expected, "arn:aws:s3:::photos")] == _pairs("s3", operation, Bucket="photos")


def test_an_acl_and_tags_need_actions_of_their_own() -> None:
    needed = _pairs("s3", "PutObject", Bucket="b", Key="k", ACL="public-read", Tagging="a=b")
    assert needed == [
        ("s3:PutObject", "arn:aws:s3:::b/k"),
        ("s3:PutObjectAcl", "arn:aws:s3:::b/k"),
        ("s3:PutObjectTagging", "arn:aws:s3:::b/k"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"Bucket": "from", "Key": "a b"}, ("s3:GetObject", "arn:aws:s3:::from/a b")),
        ("from/a%20b", ("s3:GetObject", "arn:aws:s3:::from/a b")),
        ("/from/a/b", ("s3:GetObject", "arn:aws:s3:::from/a/b")),
        (
            {"Bucket": "from", "Key": "a", "VersionId": "3"},
            ("s3:GetObjectVersion", "arn:aws:s3:::from/a"),
        ),
        ("from/a?versionId=3", ("s3:GetObjectVersion", "arn:aws:s3:::from/a")),
    ],
)
def test_a_copy_reads_its_source_and_writes_its_target(
    source: Any, expected: tuple[str, str]
) -> None:
    needed = _pairs("s3", "CopyObject", Bucket="to", Key="k", CopySource=source)
    assert [expected, ("s3:PutObject", "arn:aws:s3:::to/k")] == needed


def test_deleting_several_objects_needs_each_of_them() -> None:
    objects = [{"Key": "a"}, {"Key": "b", "VersionId": "3"}, {"Key": "a"}]
    assert _pairs("s3", "DeleteObjects", Bucket="photos", Delete={"Objects": objects}) == [
        ("s3:DeleteObject", "arn:aws:s3:::photos/a"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::photos/b"),
    ]


# -- SQS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("SendMessageBatch", "sqs:SendMessage"),
        ("DeleteMessageBatch", "sqs:DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
        ("ReceiveMessage", "sqs:ReceiveMessage"),
    ],
)
def test_a_batch_needs_the_action_of_its_single_call(operation: str, expected: str) -> None:
    assert [(expected, QUEUE)] == _pairs("sqs", operation, QueueUrl=QUEUE_URL)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (QUEUE_URL, QUEUE),
        (f"http://localhost:4566/{ACCOUNT}/uploads", QUEUE),
        (
            "https://sqs.eu-west-1.amazonaws.com/999999999999/other",
            "arn:aws:sqs:eu-west-1:999999999999:other",
        ),
    ],
)
def test_a_queue_is_known_by_its_address(url: str, expected: str) -> None:
    assert [("sqs:SendMessage", expected)] == _pairs("sqs", "SendMessage", QueueUrl=url)


def test_another_accounts_queue_is_looked_up_there() -> None:
    needed = _pairs(
        "sqs", "GetQueueUrl", QueueName="uploads", QueueOwnerAWSAccountId="999999999999"
    )
    assert [("sqs:GetQueueUrl", f"arn:aws:sqs:{REGION}:999999999999:uploads")] == needed


def test_a_redrive_reads_one_queue_and_writes_the_other() -> None:
    source = VALUES["SourceArn"]
    needed = _pairs("sqs", "StartMessageMoveTask", SourceArn=source, DestinationArn=QUEUE)
    assert {
        ("sqs:StartMessageMoveTask", source),
        ("sqs:ReceiveMessage", source),
        ("sqs:DeleteMessage", source),
        ("sqs:GetQueueAttributes", source),
        ("sqs:SendMessage", QUEUE),
    } == set(needed)


# -- DynamoDB --------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_reading_an_index_needs_the_index(operation: str) -> None:
    assert [(f"dynamodb:{operation}", TABLE_ARN)] == _pairs(
        "dynamodb", operation, TableName="images"
    )
    assert [(f"dynamodb:{operation}", f"{TABLE_ARN}/index/by-date")] == _pairs(
        "dynamodb", operation, TableName="images", IndexName="by-date"
    )


def test_a_table_may_be_named_by_its_arn() -> None:
    assert _pairs("dynamodb", "GetItem", TableName=TABLE_ARN) == [("dynamodb:GetItem", TABLE_ARN)]


def test_a_batch_of_items_is_an_action_of_its_own_on_each_table() -> None:
    other = TABLE_ARN.replace("images", "users")
    assert [("dynamodb:BatchWriteItem", TABLE_ARN), ("dynamodb:BatchWriteItem", other)] == _pairs(
        "dynamodb", "BatchWriteItem", RequestItems={"images": [], "users": []}
    )


def test_a_transaction_needs_the_action_of_each_part() -> None:
    items = [
        {"Put": {"TableName": "images"}},
        {"ConditionCheck": {"TableName": "images"}},
        {"Update": {"TableName": "images"}},
        {"Delete": {"TableName": "images"}},
    ]
    needed = _needed("dynamodb", "TransactWriteItems", TransactItems=items)
    assert [
        f"dynamodb:{name}" for name in ("PutItem", "ConditionCheckItem", "UpdateItem", "DeleteItem")
    ] == [r.action for r in needed]
    assert all(r.context == {"dynamodb:EnclosingOperation": "TransactWriteItems"} for r in needed)


# -- Lambda, logs, STS -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"FunctionName": "thumbnailer"}, FUNCTION),
        ({"FunctionName": FUNCTION}, FUNCTION),
        ({"FunctionName": f"{ACCOUNT}:function:thumbnailer"}, FUNCTION),
        ({"FunctionName": "thumbnailer", "Qualifier": "live"}, f"{FUNCTION}:live"),
        ({"FunctionName": "thumbnailer:live"}, f"{FUNCTION}:live"),
    ],
)
def test_invoking_needs_the_function_as_it_is_named(
    parameters: dict[str, str], expected: str
) -> None:
    assert [("lambda:InvokeFunction", expected)] == _pairs("lambda", "Invoke", **parameters)


def test_making_a_function_passes_its_role() -> None:
    create, pass_role = _needed("lambda", "CreateFunction", FunctionName="thumbnailer", Role=ROLE)
    assert (create.action, create.resource) == ("lambda:CreateFunction", FUNCTION)
    assert (pass_role.action, pass_role.resource) == ("iam:PassRole", ROLE)
    assert pass_role.context == {"iam:PassedToService": "lambda.amazonaws.com"}


def test_giving_a_function_another_role_passes_that_role() -> None:
    plain = _pairs("lambda", "UpdateFunctionConfiguration", FunctionName="thumbnailer")
    assert plain == [("lambda:UpdateFunctionConfiguration", FUNCTION)]
    with_role = _pairs(
        "lambda", "UpdateFunctionConfiguration", FunctionName="thumbnailer", Role=ROLE
    )
    assert ("iam:PassRole", ROLE) in with_role


def test_making_a_mapping_knows_no_resource_but_the_functions_key() -> None:
    (needed,) = _needed(
        "lambda", "CreateEventSourceMapping", FunctionName="thumbnailer", EventSourceArn=QUEUE
    )
    assert (needed.action, needed.resource) == ("lambda:CreateEventSourceMapping", "*")
    assert needed.context == {"lambda:FunctionArn": FUNCTION}


def test_changing_a_mapping_needs_the_mapping() -> None:
    expected = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:1234"
    assert [("lambda:DeleteEventSourceMapping", expected)] == _pairs(
        "lambda", "DeleteEventSourceMapping", UUID="1234"
    )


def test_writing_logs_needs_the_stream() -> None:
    assert [("logs:PutLogEvents", f"{LOG_GROUP}:log-stream:today")] == _pairs(
        "logs", "PutLogEvents", logGroupName="/aws/lambda/thumbnailer", logStreamName="today"
    )


def test_a_log_group_is_asked_for_with_an_empty_stream() -> None:
    assert [("logs:CreateLogGroup", f"{LOG_GROUP}:log-stream:")] == _pairs(
        "logs", "CreateLogGroup", logGroupName="/aws/lambda/thumbnailer"
    )


def test_a_tagged_session_needs_tag_session_too() -> None:
    session = {"RoleArn": ROLE, "RoleSessionName": "x"}
    assert _pairs("sts", "AssumeRole", **session) == [("sts:AssumeRole", ROLE)]
    tagged = _pairs("sts", "AssumeRole", **session, Tags=[{"Key": "a", "Value": "b"}])
    assert tagged == [("sts:AssumeRole", ROLE), ("sts:TagSession", ROLE)]


def test_an_external_id_is_a_condition_key() -> None:
    (needed,) = _needed("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="x", ExternalId="42")
    assert needed.context == {"sts:ExternalId": "42", "sts:RoleSessionName": "x"}


def test_a_user_with_a_path_is_made_there() -> None:
    assert [("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/team/alice")] == _pairs(
        "iam", "CreateUser", UserName="alice", Path="/team/"
    )
