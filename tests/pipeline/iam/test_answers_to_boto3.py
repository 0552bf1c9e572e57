"""What boto3 makes of our answers: botocore's own parsers read them, and nothing is sent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from pipeline.iam import wire
from pipeline.iam.evaluation import Decision, NamedPolicy, Policies, evaluate
from pipeline.iam.operations import TABLE as OPERATIONS
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

ACCOUNT, OTHER, REGION = "123456789012", "999999999999", "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
OBJECT = "arn:aws:s3:::photos/tom.jpg"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/uploads"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/photos/*"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/team/limits"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/images"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnailer"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/thumbnailer:log-stream:"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/thumbnailer"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/uploads"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/no-uploads"
REQUEST_ID = "3f2a8c1e-0000-4000-8000-000000000001"
SESSION = botocore.session.Session()
SESSION.set_credentials("AKIAEXAMPLE", "nothing")

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "cloudformation": ("DescribeStacks", {"StackName": "photos"}),
    "dynamodb": ("PutItem", {"TableName": "images", "Item": {"id": {"S": "1"}}}),
    "dynamodbstreams": ("DescribeStream", {"StreamArn": f"{TABLE}/stream/2026-01-01T00:00:00.000"}),
    "events": ("PutRule", {"Name": "uploads", "ScheduleExpression": "rate(1 day)"}),
    "iam": ("GetRole", {"RoleName": "thumbnailer"}),
    "kms": ("Decrypt", {"CiphertextBlob": b"x"}),
    "lambda": ("Invoke", {"FunctionName": "thumbnailer"}),
    "logs": ("CreateLogGroup", {"logGroupName": "/aws/lambda/thumbnailer"}),
    "s3": ("GetObject", {"Bucket": "photos", "Key": "tom.jpg"}),
    "sns": ("Publish", {"TopicArn": TOPIC, "Message": "m"}),
    "sqs": ("SendMessage", {"QueueUrl": QUEUE_URL, "MessageBody": "m"}),
    "sts": ("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "run-1"}),
}


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _protocol(service: str) -> str:
    return str(SESSION.get_service_model(service).resolved_protocol)


def _raised(
    answer: wire.WireResponse,
    service: str,
    operation: str | None = None,
    parameters: dict[str, Any] | None = None,
) -> ClientError:
    """Return what a client raises whose call is answered so."""
    usual, usual_parameters = CALLS[service]
    client = SESSION.create_client(
        service, region_name=REGION, config=Config(retries={"total_max_attempts": 1})
    )

    def respond(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, answer.status, dict(answer.headers), _Raw(answer.body))

    client.meta.events.register("before-send", respond)
    given = usual_parameters if parameters is None else parameters
    with pytest.raises(ClientError) as caught:
        client._make_api_call(operation or usual, given)
    return caught.value


def _decision(
    action: str,
    resource: str,
    *,
    principal: str = ALICE,
    owner: str = ACCOUNT,
    policies: Policies | None = None,
    context: dict[str, str] | None = None,
) -> Decision:
    request = Request(Principal.parse(principal), action, resource, owner, context or {})
    return evaluate(request, policies or Policies(is_trust_policy=action == "sts:AssumeRole"))


def _denying(action: str, arn: str | None = None) -> Policies:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    policy = parse_policy({"Version": "2012-10-17", "Statement": [statement]})
    return Policies(identity=(NamedPolicy("no", policy, arn),))


def _denial(service: str, decision: Decision, operation: str | None = None) -> wire.WireResponse:
    return wire.denial(
        service,
        operation or CALLS[service][0],
        decision,
        protocol=_protocol(service),
        request_id=REQUEST_ID,
    )


def _facts(error: ClientError) -> tuple[int, str, str]:
    response = error.response
    return (
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Code"],
        response["Error"]["Message"],
    )


NO_IDENTITY = "because no identity-based policy allows the {} action"


_KMS = ("kms", ("kms:Decrypt", KEY))
DENIALS = [
    ("cloudformation", ("cloudformation:DescribeStacks", STACK), (403, "AccessDenied"), None),
    ("dynamodb", ("dynamodb:PutItem", TABLE), (400, "AccessDeniedException"), None),
    (
        "dynamodbstreams",
        ("dynamodb:DescribeStream", f"{TABLE}/stream/2026-01-01T00:00:00.000"),
        (400, "AccessDeniedException"),
        None,
    ),
    ("events", ("events:PutRule", RULE), (400, "AccessDeniedException"), None),
    ("events", ("iam:PassRole", ROLE), (400, "AccessDeniedException"), None),
    ("iam", ("iam:GetRole", ROLE), (403, "AccessDenied"), ("iam:GetRole", "role thumbnailer")),
    ("lambda", ("lambda:InvokeFunction", FUNCTION), (403, "AccessDeniedException"), None),
    ("lambda", ("iam:PassRole", ROLE), (403, "AccessDeniedException"), None),
    ("logs", ("logs:CreateLogGroup", LOG_GROUP), (400, "AccessDeniedException"), None),
    ("s3", ("s3:GetObject", OBJECT), (403, "AccessDenied"), ("s3:GetObject", f'"{OBJECT}"')),
    (
        "s3",
        ("s3:ListBucket", "arn:aws:s3:::photos"),
        (403, "AccessDenied"),
        ("s3:ListBucket", '"arn:aws:s3:::photos"'),
    ),
    ("sns", ("sns:Publish", TOPIC), (403, "AuthorizationError"), ("SNS:Publish", TOPIC)),
    (
        "sns",
        ("sns:Publish", "+15550100"),
        (403, "AuthorizationError"),
        ("SNS:Publish", "+15550100"),
    ),
    ("sqs", ("sqs:SendMessage", QUEUE), (403, "AccessDenied"), ("sqs:sendmessage", QUEUE)),
    ("sts", ("sts:DecodeAuthorizationMessage", ROLE), (403, "AccessDenied"), None),
]
"""The service called, what was asked, what boto3 raises, and how action and resource are spelt."""


@pytest.mark.parametrize(("service", "asked", "raised", "spelt"), DENIALS)
def test_a_denial_is_raised_as_the_service_words_it(
    service: str,
    asked: tuple[str, str],
    raised: tuple[int, str],
    spelt: tuple[str, str] | None,
) -> None:
    answer = _denial(service, _decision(*asked))
    action, resource = spelt or asked
    expected = (
        *raised,
        (
            f"User: {ALICE} is not authorized to perform: {action} on resource: {resource} "
            f"{NO_IDENTITY.format(action)}"
        ),
    )
    error = _raised(answer, service)
    assert expected == _facts(error)
    assert expected == (answer.status, answer.code, answer.message)
    assert error.response["ResponseMetadata"]["RequestId"] == REQUEST_ID


def test_kms_names_the_key() -> None:
    delegating = parse_policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
        }
    )
    policies = Policies(resource=NamedPolicy("key policy", delegating))
    answer = _denial("kms", _decision("kms:Decrypt", KEY, policies=policies))
    status, code, message = _facts(_raised(answer, "kms"))
    assert (status, code) == (400, "AccessDeniedException")
    assert message == (
        f"User: {ALICE} is not authorized to perform: kms:Decrypt on resource: {KEY} "
        f"{NO_IDENTITY.format('kms:Decrypt')}"
    )


def test_every_service_of_the_table_is_denied_in_a_test() -> None:
    assert {service for service, *_ in DENIALS} | {"kms"} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("service", "status", "code", "exception"),
    [
        ("s3", 403, "AccessDenied", "AccessDenied"),
        ("sqs", 400, "KMS.AccessDeniedException", "KmsAccessDenied"),
        ("sns", 400, "KMSAccessDenied", "KMSAccessDeniedException"),
    ],
)
def test_who_may_not_use_a_key_is_told_so_by_the_service_that_needs_it(
    service: str, status: int, code: str, exception: str
) -> None:
    error = _raised(_denial(service, _decision("kms:GenerateDataKey", KEY)), service)
    assert (status, code) == _facts(error)[:2]
    assert exception == type(error).__name__
    assert f"to perform: kms:GenerateDataKey on resource: {KEY} because" in _facts(error)[2]


def test_lambda_tells_which_code_it_may_not_read() -> None:
    answer = _denial("lambda", _decision("s3:GetObject", "arn:aws:s3:::code/f.zip"))
    status, code, message = _facts(_raised(answer, "lambda"))
    assert (status, code) == (403, "AccessDeniedException")
    assert "permission to GetObject for code/f.zip. S3 Error Code: AccessDenied." in message


@pytest.mark.parametrize(
    ("action", "resource", "spelt"),
    [
        ("iam:AttachRolePolicy", ROLE, "role thumbnailer"),
        ("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/team/bob", "user bob"),
        ("iam:AddUserToGroup", f"arn:aws:iam::{ACCOUNT}:group/g", "group g"),
        (
            "iam:GetInstanceProfile",
            f"arn:aws:iam::{ACCOUNT}:instance-profile/i",
            "instance profile i",
        ),
        ("iam:CreatePolicy", POLICY, "policy limits"),
        ("iam:GetPolicy", POLICY, f"policy {POLICY}"),
        ("iam:CreateRole", ROLE, ROLE),
        ("iam:PassRole", ROLE, ROLE),
        ("iam:GetSAMLProvider", f"arn:aws:iam::{ACCOUNT}:saml-provider/s", None),
        ("iam:ListRoles", "*", f"arn:aws:iam::{ACCOUNT}:role/"),
        ("iam:ListPolicies", "*", "policy path /"),
        ("iam:GetAccountSummary", "*", "*"),
    ],
)
def test_iam_names_things_by_kind_and_name(action: str, resource: str, spelt: str | None) -> None:
    message = _facts(_raised(_denial("iam", _decision(action, resource)), "iam"))[2]
    assert f"to perform: {action} on resource: {spelt or resource} because" in message


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [("HeadObject", {"Bucket": "photos", "Key": "tom.jpg"}), ("HeadBucket", {"Bucket": "photos"})],
)
def test_a_head_has_no_body_so_boto3_knows_only_the_status(
    operation: str, parameters: dict[str, str]
) -> None:
    answer = _denial("s3", _decision("s3:GetObject", OBJECT), operation)
    error = _raised(answer, "s3", operation, parameters)
    assert (answer.body, answer.code) == (b"", "403")
    assert _facts(error) == (403, "403", "Forbidden")


def test_sqs_keeps_its_old_code_beside_the_new_exception() -> None:
    error = _raised(_denial("sqs", _decision("sqs:SendMessage", QUEUE)), "sqs")
    assert error.response["Error"]["Code"] == "AccessDenied"
    assert error.response["Error"]["Type"] == "Sender"


def test_sqs_answers_the_query_protocol_with_the_same_code() -> None:
    decision = _decision("sqs:SendMessage", QUEUE)
    answer = wire.denial("sqs", "SendMessage", decision, protocol="query", request_id=REQUEST_ID)
    assert b"<Code>AccessDenied</Code>" in answer.body
    assert b'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"' in answer.body


def test_sts_gives_no_reason_when_the_trust_policy_is_the_cause() -> None:
    answer = _denial("sts", _decision("sts:AssumeRole", ROLE))
    expected = f"User: {ALICE} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    assert (403, "AccessDenied", expected) == _facts(_raised(answer, "sts"))


def test_sts_names_the_identity_policy_that_is_missing() -> None:
    trust = parse_policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": ACCOUNT},
                "Action": "sts:AssumeRole",
            },
        }
    )
    policies = Policies(resource=NamedPolicy("trust policy", trust), is_trust_policy=True)
    answer = _denial("sts", _decision("sts:AssumeRole", ROLE, policies=policies))
    message = _facts(_raised(answer, "sts"))[2]
    assert message.endswith(NO_IDENTITY.format("sts:AssumeRole"))


def test_s3_tells_another_account_nothing() -> None:
    eve = f"arn:aws:iam::{OTHER}:user/eve"
    answer = _denial("s3", _decision("s3:GetObject", OBJECT, principal=eve))
    assert _facts(_raised(answer, "s3")) == (403, "AccessDenied", "Access Denied")


def test_s3_tells_an_anonymous_caller_nothing() -> None:
    answer = _denial("s3", _decision("s3:GetObject", OBJECT, principal="anonymous"))
    assert _facts(_raised(answer, "s3"))[2] == "Access Denied"


def test_a_service_is_told_that_the_resource_policy_is_missing() -> None:
    decision = _decision("sqs:SendMessage", QUEUE, principal="s3.amazonaws.com")
    message = _facts(_raised(_denial("sqs", decision), "sqs"))[2]
    assert (
        f"User: s3.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: {QUEUE}"
        " because no resource-based policy allows the sqs:sendmessage action"
    ) == message


@pytest.mark.parametrize(("arn", "end"), [(None, ""), (MANAGED, f": {MANAGED}")])
def test_an_explicit_deny_names_a_managed_policy(arn: str | None, end: str) -> None:
    decision = _decision("s3:GetObject", OBJECT, policies=_denying("s3:GetObject", arn))
    message = _facts(_raised(_denial("s3", decision), "s3"))[2]
    assert message.endswith(f"with an explicit deny in an identity-based policy{end}")


@pytest.mark.parametrize(
    ("service", "action", "spelt"),
    [
        ("sqs", "sqs:ListQueues", f"sqs:listqueues on resource: arn:aws:sqs:{REGION}:{ACCOUNT}:"),
        ("sns", "sns:ListTopics", f"SNS:ListTopics on resource: arn:aws:sns:{REGION}:{ACCOUNT}:*"),
        (
            "dynamodb",
            "dynamodb:ListTables",
            f"dynamodb:ListTables on resource: arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*",
        ),
        ("lambda", "lambda:ListFunctions", "lambda:ListFunctions on resource: *"),
        ("sts", "sts:DecodeAuthorizationMessage", "sts:DecodeAuthorizationMessage"),
    ],
)
def test_what_is_about_no_resource_is_told_as_the_service_tells_it(
    service: str, action: str, spelt: str
) -> None:
    decision = _decision(action, "*", context={"aws:RequestedRegion": REGION})
    message = _facts(_raised(_denial(service, decision), service))[2]
    assert message.startswith(f"User: {ALICE} is not authorized to perform: {spelt} because ")


def test_no_region_is_made_up_for_a_message() -> None:
    answer = _denial("sqs", _decision("sqs:ListQueues", "*"), "ListQueues")
    assert "on resource" not in _facts(_raised(answer, "sqs", "ListQueues", {}))[2]


def test_s3_does_not_name_all_buckets() -> None:
    answer = _denial("s3", _decision("s3:ListAllMyBuckets", "arn:aws:s3:::*"), "ListBuckets")
    message = _facts(_raised(answer, "s3", "ListBuckets", {}))[2]
    assert "to perform: s3:ListAllMyBuckets because" in message


@pytest.mark.parametrize("service", sorted(CALLS))
def test_an_organization_that_denies_is_named_with_its_policy(service: str) -> None:
    arn = f"arn:aws:organizations::{OTHER}:policy/o-1/service_control_policy/p-1"
    action, resource = next(asked for called, asked, *_ in (*DENIALS, _KMS) if called == service)
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    policy = parse_policy({"Version": "2012-10-17", "Statement": [statement]})
    policies = Policies(scps=((NamedPolicy("p-1", policy, arn),),))
    message = _facts(
        _raised(_denial(service, _decision(action, resource, policies=policies)), service)
    )[2]
    assert message.endswith(f" with an explicit deny in a service control policy: {arn}")


@pytest.mark.parametrize("name", ["a&b<c>.jpg", "tab\tand\x01\x1f", "größe 😀", "]]>", "a\ud800b"])
def test_a_key_with_any_characters_leaves_the_answer_readable(name: str) -> None:
    resource = f"arn:aws:s3:::photos/{name}"
    answer = _denial("s3", _decision("s3:GetObject", resource))
    assert (403, "AccessDenied", answer.message) == _facts(_raised(answer, "s3"))


@pytest.mark.parametrize("service", sorted(CALLS))
def test_an_error_is_raised_with_its_code_and_message(service: str) -> None:
    answer = wire.error(
        service,
        "SomethingIsWrong",
        "It is <wrong> & stays so.",
        400,
        protocol=_protocol(service),
        request_id=REQUEST_ID,
    )
    error = _raised(answer, service)
    assert _facts(error) == (400, "SomethingIsWrong", "It is <wrong> & stays so.")
    assert (answer.code, answer.message) == ("SomethingIsWrong", "It is <wrong> & stays so.")


@pytest.mark.parametrize(
    ("service", "code", "exception"),
    [
        ("dynamodb", "ConditionalCheckFailedException", "ConditionalCheckFailedException"),
        ("iam", "MalformedPolicyDocument", "MalformedPolicyDocumentException"),
        ("lambda", "InvalidParameterValueException", "InvalidParameterValueException"),
        ("logs", "ResourceAlreadyExistsException", "ResourceAlreadyExistsException"),
        ("s3", "NoSuchKey", "NoSuchKey"),
        ("sqs", "InvalidAttributeValue", "InvalidAttributeValue"),
        ("sqs", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    ],
)
def test_an_error_of_the_services_model_is_raised_as_its_own_exception(
    service: str, code: str, exception: str
) -> None:
    answer = wire.error(
        service, code, "no", 400, protocol=_protocol(service), request_id=REQUEST_ID
    )
    error = _raised(answer, service)
    assert (code, exception) == (error.response["Error"]["Code"], type(error).__name__)


def test_s3_numbers_the_arguments_that_it_refuses() -> None:
    reason = "Permissions on the destination queue do not allow S3 to publish notifications"
    answer = wire.error(
        "s3",
        "InvalidArgument",
        "Unable to validate the following destination configurations",
        400,
        protocol="rest-xml",
        request_id=REQUEST_ID,
        extra={"ArgumentName1": QUEUE, "ArgumentValue1": reason},
    )
    error = _raised(
        answer,
        "s3",
        "PutBucketNotificationConfiguration",
        {"Bucket": "photos", "NotificationConfiguration": {}},
    )
    details = error.response["Error"]
    assert details["Code"] == "InvalidArgument"
    assert (QUEUE, reason) == (details["ArgumentName1"], details["ArgumentValue1"])


def test_a_service_that_is_not_known_is_refused() -> None:
    decision = _decision("ec2:RunInstances", "*")
    with pytest.raises(LookupError, match="ec2"):
        wire.denial("ec2", "RunInstances", decision, protocol="ec2", request_id=REQUEST_ID)


def test_a_protocol_that_is_not_known_is_refused() -> None:
    with pytest.raises(LookupError, match="carrier-pigeon"):
        wire.error("s3", "X", "x", 400, protocol="carrier-pigeon", request_id=REQUEST_ID)
