"""One clock for all services: what is dated, and what ends, follows a skip."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

HOUR = 3600
YEAR = 365 * 24 * HOUR


@pytest.fixture
def later(scene: Any) -> Any:
    """A sandbox that has skipped a year, so that no machine's time is near."""
    scene.sandbox.skip(YEAR)
    return scene.sandbox


def age(sandbox: Any, moment: datetime) -> float:
    """Return the seconds since a moment, on the sandbox's clock."""
    return float(sandbox.clock.now()) - moment.timestamp()


def is_now(sandbox: Any, moment: datetime) -> bool:
    """Tell whether a moment, which may be written in whole seconds, was just now."""
    return -0.001 <= age(sandbox, moment) < 1.5


# -- dates --


@pytest.mark.fidelity(
    service="s3",
    behaviour="Buckets and objects are dated by the clock that skips",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html",
    note="",
)
def test_buckets_and_objects_are_dated_by_the_sandboxes_clock(later: Any) -> None:
    s3 = later.client("s3")
    s3.create_bucket(Bucket="made-later")
    s3.put_object(Bucket="made-later", Key="photo.jpg", Body=b"x")

    created = {b["Name"]: b["CreationDate"] for b in s3.list_buckets()["Buckets"]}
    head = s3.head_object(Bucket="made-later", Key="photo.jpg")
    (listed,) = s3.list_objects_v2(Bucket="made-later")["Contents"]

    assert is_now(later, created["made-later"])
    assert is_now(later, head["LastModified"])
    assert is_now(later, listed["LastModified"])
    assert age(later, created[later.topology.uploads.name]) > YEAR - 10


@pytest.mark.fidelity(
    service="s3",
    behaviour="A read that asks for what changed since then follows the clock",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    note="",
)
def test_if_modified_since_follows_the_clock(later: Any) -> None:
    s3 = later.client("s3")
    bucket = later.topology.uploads.name
    before = datetime.fromtimestamp(later.clock.now() - HOUR, tz=UTC)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    later.skip(2 * HOUR)
    now = datetime.fromtimestamp(later.clock.now(), tz=UTC)

    assert s3.get_object(Bucket=bucket, Key="k", IfModifiedSince=before)["ContentLength"] == 1
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=bucket, Key="k", IfModifiedSince=now)
    assert caught.value.response["Error"]["Code"] == "304"


def test_moto_alone_dates_a_bucket_by_the_machine(moto: boto3.Session) -> None:
    from moto.s3 import models

    s3 = moto.client("s3")
    real, models.utcnow = models.utcnow, lambda: datetime(2001, 1, 1)  # noqa: DTZ001 - as moto has it
    try:
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="k", Body=b"x")
    finally:
        models.utcnow = real

    assert s3.head_object(Bucket="photos", Key="k")["LastModified"].year == 2001
    (bucket,) = s3.list_buckets()["Buckets"]
    assert abs(bucket["CreationDate"].timestamp() - time.time()) < HOUR


@pytest.mark.fidelity(
    service="sqs",
    behaviour="Messages and queues are dated by the clock that skips",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
    note="",
)
def test_messages_and_queues_are_dated_by_the_sandboxes_clock(later: Any) -> None:
    sqs = later.client("sqs")
    url = sqs.create_queue(QueueName="made-later")["QueueUrl"]
    sent_at = later.clock.now() * 1000
    sqs.send_message(QueueUrl=url, MessageBody="x")
    later.skip(HOUR)

    (message,) = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]

    times = message["Attributes"]
    assert abs(int(times["SentTimestamp"]) - sent_at) < 1500
    received_at = int(times["ApproximateFirstReceiveTimestamp"])
    assert abs(received_at - sent_at - HOUR * 1000) < 1500
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert abs(float(queue["CreatedTimestamp"]) * 1000 - sent_at) < 1500


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="Tables are dated by the clock that skips",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html",
    note="",
)
def test_a_table_is_dated_by_the_sandboxes_clock(later: Any) -> None:
    made = later.client("dynamodb").create_table(
        TableName="made-later",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
    )

    assert is_now(later, made["TableDescription"]["CreationDateTime"])


@pytest.mark.fidelity(
    service="logs",
    behaviour="Groups, streams and what is put into them are dated by the clock that skips",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html",
    note="",
)
def test_logs_are_dated_by_the_sandboxes_clock(later: Any) -> None:
    logs = later.client("logs")
    place = {"logGroupName": "made-later", "logStreamName": "stream"}
    logs.create_log_group(logGroupName="made-later")
    logs.create_log_stream(**place)
    event = {"timestamp": int(later.clock.now() * 1000), "message": "x"}
    logs.put_log_events(**place, logEvents=[event])

    (group,) = logs.describe_log_groups(logGroupNamePrefix="made-later")["logGroups"]
    (stream,) = logs.describe_log_streams(logGroupName="made-later")["logStreams"]
    (stored,) = logs.get_log_events(**place)["events"]

    dates = (
        group["creationTime"],
        stream["creationTime"],
        stream["lastIngestionTime"],
        stored["ingestionTime"],
    )
    assert all(is_now(later, datetime.fromtimestamp(at / 1000, tz=UTC)) for at in dates)
    assert stored["timestamp"] == event["timestamp"]


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A function's date is that of its last change",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html",
    note="",
)
def test_a_functions_date_is_that_of_its_last_change(later: Any) -> None:
    name = later.topology.function.name
    client = later.client("lambda")

    def modified() -> datetime:
        text = client.get_function_configuration(FunctionName=name)["LastModified"]
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")

    assert age(later, modified()) > YEAR - 10
    client.update_function_configuration(FunctionName=name, Description="changed")
    assert is_now(later, modified())


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine nine hours ahead of UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A mapping's date is that of its last change",
    verdict="corrected",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html",
    note="",
)
@pytest.mark.usefixtures("tokyo")
def test_a_mappings_date_is_the_sandboxes_in_any_time_zone(later: Any) -> None:
    client = later.client("lambda")
    (made,) = client.list_event_source_mappings()["EventSourceMappings"]

    client.update_event_source_mapping(UUID=made["UUID"], BatchSize=5)

    changed = client.get_event_source_mapping(UUID=made["UUID"])
    assert age(later, made["LastModified"]) > YEAR - 10
    assert is_now(later, changed["LastModified"])


@pytest.mark.usefixtures("tokyo", "moto")
def test_moto_alone_dates_a_mapping_by_the_machines_time_zone() -> None:
    from moto.awslambda.models import EventSourceMapping

    made = EventSourceMapping(
        {
            "RegionName": "us-east-1",
            "AccountId": "123456789012",
            "FunctionName": "f",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:jobs",
        }
    )

    assert abs(made.last_modified - time.time()) > 8 * HOUR


def test_moto_alone_keeps_a_changed_functions_date(moto: boto3.Session) -> None:
    import io
    import zipfile

    role = moto.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    client = moto.client("lambda")
    made = client.create_function(
        FunctionName="f",
        Role=role["Role"]["Arn"],
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )

    client.update_function_configuration(FunctionName="f", Description="changed")

    after = client.get_function_configuration(FunctionName="f")
    assert after["LastModified"] == made["LastModified"]


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.mark.fidelity(
    service="iam",
    behaviour="Roles, users and access keys are dated by the clock that skips",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html",
    note="",
)
def test_iam_dates_what_it_makes_by_the_sandboxes_clock(later: Any) -> None:
    iam = later.client("iam")
    role = iam.create_role(RoleName="made-later", AssumeRolePolicyDocument=TRUST)["Role"]
    user = iam.create_user(UserName="made-later")["User"]
    key = iam.create_access_key(UserName="made-later")["AccessKey"]

    assert all(is_now(later, made["CreateDate"]) for made in (role, user, key))


# -- what ends --


def session_of(sandbox: Any, **settings: Any) -> tuple[boto3.Session, Mapping[str, Any]]:
    """Assume the front end's role as the learner; return a session, and what STS answered."""
    (role,) = sandbox.topology.other_roles
    answer = sandbox.client("sts").assume_role(
        RoleArn=role.arn, RoleSessionName="mine", **settings
    )["Credentials"]
    session = boto3.Session(
        answer["AccessKeyId"],
        answer["SecretAccessKey"],
        answer["SessionToken"],
        region_name=sandbox.topology.region,
    )
    return session, answer


@pytest.mark.fidelity(
    service="iam",
    behaviour="A role's session ends after an hour, or after the time that was asked for",
    verdict="corrected",
    address="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
    note="",
)
def test_a_session_ends_when_its_credentials_say(scene: Any) -> None:
    sandbox = scene.sandbox
    hour, credentials = session_of(sandbox)
    short, _ = session_of(sandbox, DurationSeconds=900)
    assert round(credentials["Expiration"].timestamp() - sandbox.clock.now()) == HOUR

    sandbox.skip(899)
    assert short.client("sts").get_caller_identity()["Arn"].endswith("/mine")
    sandbox.skip(2)
    with pytest.raises(ClientError) as caught:
        short.client("sts").get_caller_identity()
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ExpiredToken",
        "Message": "The security token included in the request is expired",
    }
    assert hour.client("sts").get_caller_identity()["Arn"].endswith("/mine")
    sandbox.skip(HOUR)
    with pytest.raises(ClientError, match="ExpiredToken"):
        hour.client("sts").get_caller_identity()


@pytest.mark.parametrize(
    ("service", "call", "arguments", "code", "message", "status"),
    [
        ("s3", "list_buckets", {}, "ExpiredToken", "The provided token has expired.", 400),
        ("sqs", "list_queues", {}, "ExpiredToken", None, 403),
        ("sns", "list_topics", {}, "ExpiredToken", None, 403),
        ("dynamodb", "list_tables", {}, "ExpiredTokenException", None, 400),
        ("dynamodbstreams", "list_streams", {}, "ExpiredTokenException", None, 400),
        ("logs", "describe_log_groups", {}, "ExpiredTokenException", None, 400),
        ("lambda", "list_functions", {}, "ExpiredTokenException", None, 403),
        ("events", "list_rules", {}, "ExpiredTokenException", None, 400),
    ],
)
def test_each_service_words_an_ended_session_in_its_own_way(
    scene: Any,
    service: str,
    call: str,
    arguments: dict[str, Any],
    code: str,
    message: str | None,
    status: int,
) -> None:
    session, _ = session_of(scene.sandbox)
    scene.sandbox.skip(HOUR + 1)

    with pytest.raises(ClientError) as caught:
        getattr(session.client(service), call)(**arguments)

    answer = caught.value.response
    assert answer["Error"]["Code"] == code
    assert answer["Error"]["Message"] == (
        message or "The security token included in the request is expired"
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.fidelity(
    service="lambda",
    behaviour="Lambda renews the sessions of its functions and of its polling by itself",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    note="A session of Lambda's never ends here; AWS renews it before it does.",
)
def test_a_function_and_its_poller_work_on_after_days(scene: Any, photo: Any) -> None:
    scene.run(photo(), "first.jpg")
    scene.sandbox.skip(3 * 24 * HOUR)
    scene.run(photo(), "second.jpg")

    thumbnails = scene.sandbox.client("s3").list_objects_v2(
        Bucket=scene.sandbox.topology.thumbnails.name
    )
    assert thumbnails["KeyCount"] == 2


# -- the clock itself --


@pytest.mark.fidelity(
    service="sandbox",
    behaviour="Time that nobody wants to wait for is skipped, for all services at once",
    verdict="simplified",
    address="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
    note="On AWS time cannot be skipped; the sandbox announces each skip.",
)
def test_a_skip_moves_one_clock_for_all_and_never_back(later: Any) -> None:
    before = later.clock.now()

    later.skip(HOUR)

    assert later.clock.now() == before + HOUR
    with pytest.raises(ValueError, match="backwards"):
        later.skip(-1)


def test_two_sandboxes_have_clocks_of_their_own(scene: Any) -> None:
    from pipeline.sandbox import Sandbox

    with Sandbox(seed=1) as other:
        other.skip(YEAR)
        other.client("s3").create_bucket(Bucket="of-the-other")
        scene.sandbox.client("s3").create_bucket(Bucket="of-the-first")
        of_other = other.client("s3").list_buckets()["Buckets"]
        of_first = scene.sandbox.client("s3").list_buckets()["Buckets"]

    dates = {b["Name"]: b["CreationDate"] for b in (*of_other, *of_first)}
    assert (dates["of-the-other"] - dates["of-the-first"]).total_seconds() > YEAR - 10
