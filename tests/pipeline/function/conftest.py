"""A small cloud for the handler: two buckets and a table in moto, a clock, and ways to break in."""

import json
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from moto import mock_aws

from pipeline.function.handler import connect
from pipeline.function.items import image_id

UPLOADS, THUMBNAILS, TABLE = "uploads", "thumbnails", "images"


class Context:
    """A Lambda context with a fixed time left."""

    def __init__(self, seconds: float = 30) -> None:
        self.milliseconds = int(seconds * 1000)
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def sqs_event(bodies: Sequence[str], receive_count: int) -> dict[str, Any]:
    """Return the event that Lambda makes of a batch of messages."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "r",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receive_count)},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:jobs",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def s3_event(
    bucket: str, key: str, sequencer: str = "0A", name: str = "ObjectCreated:Put"
) -> dict[str, Any]:
    """Return the event notification that S3 sends."""
    return {
        "Records": [
            {
                "eventVersion": "2.5",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "2023-11-14T22:13:20.000Z",
                "eventName": name,
                "userIdentity": {"principalId": "AWS:AIDA"},
                "requestParameters": {"sourceIPAddress": "192.0.2.1"},
                "responseElements": {"x-amz-request-id": "R", "x-amz-id-2": "H"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "jobs",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {
                        "key": quote_plus(key, safe="/"),
                        "size": 1,
                        "eTag": "e",
                        "sequencer": sequencer,
                    },
                },
            }
        ]
    }


def s3_event_on_a_bus(bucket: str, key: str, sequencer: str = "0A") -> dict[str, Any]:
    """Return the event that S3 puts on the default event bus."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b104",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2023-11-14T22:13:20Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 1, "etag": "e", "sequencer": sequencer},
            "request-id": "R",
            "requester": "123456789012",
            "source-ip-address": "192.0.2.1",
            "reason": "PutObject",
        },
    }


def enveloped(text: str) -> str:
    """Return the message that SNS makes of a published text for a queue."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:uploads",
            "Message": text,
            "Timestamp": "2023-11-14T22:13:20.000Z",
            "SignatureVersion": "1",
        }
    )


class Sent:
    """How things that happened reach a function."""

    s3_event = staticmethod(s3_event)
    s3_event_on_a_bus = staticmethod(s3_event_on_a_bus)
    enveloped = staticmethod(enveloped)
    sqs_event = staticmethod(sqs_event)

    @staticmethod
    def sns_event(text: str) -> dict[str, Any]:
        """Return the event with which SNS invokes a function."""
        return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]}


class Cloud:
    """What a handler test acts on and looks at."""

    def __init__(self, session: boto3.Session) -> None:
        self.session = session
        self.hooks: list[tuple[str, Callable[..., Any]]] = []
        self.now = 1_700_000_000.0
        self.calls: Counter[str] = Counter()
        self.answers: dict[str, Callable[[], Any]] = {}
        self.s3 = session.client("s3")
        self.dynamodb = session.client("dynamodb")
        for bucket in (UPLOADS, THUMBNAILS):
            self.s3.create_bucket(Bucket=bucket)
        self.create_table(TABLE, "image_id")
        self.environment = {"THUMBNAILS_BUCKET": THUMBNAILS, "IMAGES_TABLE": TABLE}
        self.hook("before-call", self._before_call)

    def create_table(self, name: str, key: str) -> None:
        """Create a table with a string as its partition key."""
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def hook(self, event: str, listener: Callable[..., Any]) -> None:
        """Let a listener hear the calls of the handlers made from now on."""
        self.hooks.append((event, listener))
        self.session.events.register(event, listener)

    def close(self) -> None:
        """Take the listeners away: the session outlives the cloud."""
        for event, listener in self.hooks:
            self.session.events.unregister(event, listener)

    def _before_call(self, model: Any, **_: Any) -> Any:
        self.calls[model.name] += 1
        answer = self.answers.get(model.name)
        return answer() if answer else None

    def handle(
        self, *bodies: str, seconds: float = 30, receive_count: int = 1, **environment: str
    ) -> list[str]:
        """Give the handler a batch of messages called m0, m1 … and return which failed."""
        handler = connect(self.session, {**self.environment, **environment}, lambda: self.now)
        response = handler(sqs_event(bodies, receive_count), Context(seconds))
        assert list(response) == ["batchItemFailures"]
        assert all(list(entry) == ["itemIdentifier"] for entry in response["batchItemFailures"])
        return [entry["itemIdentifier"] for entry in response["batchItemFailures"]]

    def deny(self, operation: str, message: str, code: str = "AccessDenied") -> None:
        """Answer an operation as a service does that refuses it."""
        error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {}}
        self.answers[operation] = lambda: (SimpleNamespace(status_code=403), error)

    def upload(self, key: str, data: bytes, sequencer: str = "0055AED6DCD90281E5") -> str:
        """Store an object and return the body of the message S3 sends about it."""
        self.s3.put_object(Bucket=UPLOADS, Key=key, Body=data)
        return self.body(key, sequencer)

    def body(
        self, key: str, sequencer: str = "0055AED6DCD90281E5", name: str = "ObjectCreated:Put"
    ) -> str:
        return json.dumps(s3_event(UPLOADS, key, sequencer, name))

    def invoke(self, module: Any, event: Any, seconds: float = 30, **environment: str) -> Any:
        """Invoke one of the functions, connected anew."""
        return module.connect(self.session, environment, lambda: self.now)(event, Context(seconds))

    def failed(self, module: Any, *bodies: str, **environment: str) -> list[str]:
        """Give a function a batch of messages called m0, m1 … and return which failed."""
        response = self.invoke(module, sqs_event(bodies, 1), **environment)
        assert list(response) == ["batchItemFailures"]
        return [entry["itemIdentifier"] for entry in response["batchItemFailures"]]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table."""
        stored = self.dynamodb.scan(TableName=table)["Items"]
        deserialize = TypeDeserializer().deserialize
        return [{name: deserialize(value) for name, value in item.items()} for item in stored]

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Return all objects of a bucket by key."""
        listing = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        keys = [entry["Key"] for entry in listing]
        return {key: self.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def item(self, key: str) -> dict[str, Any] | None:
        identity = {"image_id": {"S": image_id(UPLOADS, key)}}
        stored = self.dynamodb.get_item(TableName=TABLE, Key=identity).get("Item")
        if stored is None:
            return None
        return {name: TypeDeserializer().deserialize(value) for name, value in stored.items()}

    def thumbnails(self) -> list[str]:
        listing = self.s3.list_objects_v2(Bucket=THUMBNAILS).get("Contents", [])
        return [entry["Key"] for entry in listing]


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    """Return a session for all tests, because loading the service models takes a while."""
    return boto3.Session("AK", "SK", region_name="us-east-1")


@pytest.fixture
def cloud(session: boto3.Session) -> Iterator[Cloud]:
    with mock_aws():
        opened = Cloud(session)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sent() -> Sent:
    return Sent()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    """Return what the function logged so far, as (level, line)."""
    caplog.set_level(logging.INFO, logger="function")
    return lambda: [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name == "function"
    ]
