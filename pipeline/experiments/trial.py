"""A run on a fresh sandbox: its calls are told as they happen, what was seen is written down.

Nothing of the cloud is imported with this module: the catalogue of experiments is listed, named and
checked without it, and who runs one pays.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline import events as e
from pipeline.experiments.notes import Notes
from pipeline.experiments.telling import call_of
from pipeline.experiments.values import ALLOWED, Call
from pipeline.topology.statements import allow, policy

if TYPE_CHECKING:
    from pipeline.sandbox import Sandbox

Client = Callable[[str], Any]
"""Returns an identity's boto3 client of a service."""

_INSTANT = 0.001


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call."""

    body: Any = None
    code: str = ALLOWED
    """``allowed``, or the error code."""

    message: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether the call succeeded."""
        return self.code == ALLOWED


@dataclass(slots=True)
class Trial(Notes):
    """One run on a sandbox that is open."""

    sandbox: Sandbox = field(kw_only=True)
    events: list[e.PipelineEvent] = field(default_factory=list)

    def take(self, event: e.PipelineEvent) -> None:
        """Take an event of the sandbox."""
        self.events.append(event)
        call = call_of(event)
        if call is not None:
            self.note(call)

    def seen(self, kind: type[Any]) -> list[Any]:
        """Return the events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def requests(self, *, actor: str = "", operation: str = "", resource: str = "") -> list[Any]:
        """Return the requests decided, in order; ``resource`` is how its ARN begins."""
        return [
            request
            for request in self.events
            if isinstance(request, e.RequestAuthorized | e.RequestDenied)
            and actor in {"", request.actor}
            and operation in {"", request.operation}
            and request.resource.startswith(resource)
        ]

    # -- the learner's calls --

    def client(self, service: str) -> Any:
        """Return a client of the learner's, who is administrator."""
        return self.sandbox.client(service)

    def attempt(self, call: Callable[..., Any], **parameters: Any) -> Answer:
        """Make one call of a client and return what came of it; a refusal is no error here."""
        from botocore.exceptions import ClientError  # noqa: PLC0415

        before = len(self.calls)
        try:
            return Answer(call(**parameters))
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            made = self.calls[before:]
            if made and not made[-1].is_refused:
                # The policies let it through, and the service itself refuses.
                self.note(Call(made[-1].actor, made[-1].call, code, message, is_refused=True))
            return Answer(code=code, message=message)

    def upload(self, *keys: str, data: bytes | None = None) -> None:
        """Upload a photo (or other bytes) under each key, and let S3 announce it."""
        for key in keys:
            self.sandbox.upload(photo() if data is None else data, key)

    def skip(self, seconds: float, until: str) -> None:
        """Skip time, and a moment more: what ends then has ended."""
        self.sandbox.skip(seconds + _INSTANT, until)

    # -- queues --

    def queue(self, name: str, **attributes: object) -> str:
        """Create a queue and return its URL; attributes by SQS's names."""
        texts = {
            attribute: json.dumps(value) if isinstance(value, Mapping) else str(value)
            for attribute, value in attributes.items()
        }
        answer = self.client("sqs").create_queue(QueueName=name, Attributes=texts)
        return str(answer["QueueUrl"])

    def queue_arn(self, name: str) -> str:
        """Return the ARN of one of the account's queues."""
        topology = self.sandbox.topology
        return f"arn:aws:sqs:{topology.region}:{topology.account}:{name}"

    def send(self, url: str, body: str, **parameters: Any) -> str:
        """Send a message; return its id."""
        answer = self.client("sqs").send_message(QueueUrl=url, MessageBody=body, **parameters)
        return str(answer["MessageId"])

    def publish(self, topic: str, message: str, **parameters: Any) -> None:
        """Publish a message to a topic (ARN), and let SNS deliver it."""
        self.client("sns").publish(TopicArn=topic, Message=message, **parameters)
        self.sandbox.push()

    def receive(self, url: str, most: int = 1, **parameters: Any) -> list[dict[str, Any]]:
        """Receive up to so many messages."""
        answer = self.client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=most,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
            **parameters,
        )
        return list(answer.get("Messages", []))

    def delete(self, url: str, message: Mapping[str, Any]) -> None:
        """Delete a message that was received."""
        self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    # -- roles --

    def role(self, name: str, *statements: Mapping[str, Any], boundary: str = "") -> str:
        """Create a role that the account may assume; return its ARN."""
        account = self.sandbox.topology.account
        trust = policy(
            allow(
                "AccountAssumes",
                "sts:AssumeRole",
                Principal={"AWS": f"arn:aws:iam::{account}:root"},
            )
        )
        extra = {"PermissionsBoundary": boundary} if boundary else {}
        self.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **extra
        )
        if statements:
            self.grant(name, *statements)
        return f"arn:aws:iam::{account}:role/{name}"

    def grant(self, role: str, *statements: Mapping[str, Any]) -> None:
        """Give a role a policy of these statements, in place of the one it had."""
        document = json.dumps(policy(*map(dict, statements)))
        self.client("iam").put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=document)

    def session(self, role_arn: str, **parameters: Any) -> Client:
        """Assume a role as the learner; return what makes clients of the session."""
        answer = self.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName="somebody", **parameters
        )
        return _clients(answer["Credentials"], self.sandbox.topology.region)


def _clients(credentials: Mapping[str, str], region: str) -> Client:
    import boto3  # noqa: PLC0415
    import botocore.session  # noqa: PLC0415

    core = botocore.session.Session()
    core.register_component("data_loader", _models())
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
        botocore_session=core,
    )
    return functools.cache(session.client)


@functools.cache
def _models() -> Any:
    """Return botocore's service models, without whatever the user has added to them."""
    from botocore.loaders import Loader  # noqa: PLC0415

    return Loader(extra_search_paths=[], include_default_search_paths=True)


@functools.cache
def photo(width: int = 320, height: int = 240, *, noisy: bool = False) -> bytes:
    """Return a photo as bytes; a noisy one compresses badly, and so is big."""
    from PIL import Image  # noqa: PLC0415

    size = (width, height)
    image = Image.effect_noise(size, 90) if noisy else Image.linear_gradient("L").resize(size)
    buffer = io.BytesIO()
    image.save(buffer, "PNG" if noisy else "JPEG")
    return buffer.getvalue()
