"""Sends what an asynchronous invocation leaves on to a queue, topic, function, event bus or bucket.

Each is a call with the function's execution role, which must allow it: ``sqs:SendMessage``,
``sns:Publish``, ``lambda:InvokeFunction``, ``events:PutEvents``, and for a bucket ``s3:PutObject``
and ``s3:ListBucket``.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent on."""

    function: str
    request_id: str
    condition: str
    purpose: e.Purpose
    document: Any
    attributes: Mapping[str, Any] | None = None
    """Message attributes: of dead letters only."""


@dataclass(slots=True)
class Destinations:
    """Sends parcels with the credentials of functions' execution roles."""

    clock: Clock
    emit: e.Emit
    connect: Callable[[str, str], Any]
    """For a function's name and boto3's name of a service: a client of its execution role.

    Raises ``ClientError`` when the role cannot be assumed.
    """

    new_id: Callable[[], str]

    def send(self, parcel: Parcel, destination: str) -> bool:
        """Send a parcel to an ARN and announce it, or why it was refused; tell whether it went."""
        facts: dict[str, Any] = {
            "time": self.clock.elapsed(),
            "function": parcel.function,
            "request_id": parcel.request_id,
            "condition": parcel.condition,
            "purpose": parcel.purpose,
            "destination": destination,
            "document": parcel.document,
        }
        try:
            message_id = self._send(parcel, destination)
        except ClientError as error:
            told = error.response["Error"]
            self.emit(e.DestinationRefused(**facts, code=told["Code"], reason=told["Message"]))
            return False
        self.emit(e.DestinationSent(**facts, message_id=message_id))
        return True

    def give(self, function: str, arn: str, document: Any) -> str:
        """Send a document as it is to a queue or a topic, with a function's role.

        Returns:
            The message id.

        Raises:
            ClientError: The destination did not take it.
        """
        parcel = Parcel(function, self.new_id(), "", "on-failure destination", document)
        return self._send(parcel, arn)

    def _send(self, parcel: Parcel, arn: str) -> str:
        """Return the id that the destination gave it; ``ClientError`` when it is refused."""
        service = arn.split(":")[2]
        client = self.connect(parcel.function, service)
        body = json.dumps(parcel.document)
        attributes = {"MessageAttributes": parcel.attributes} if parcel.attributes else {}
        if service == "sns":
            return str(client.publish(TopicArn=arn, Message=body, **attributes)["MessageId"])
        if service == "lambda":
            answer = client.invoke(FunctionName=arn, InvocationType="Event", Payload=body.encode())
            return str(answer["ResponseMetadata"]["RequestId"])
        if service == "events":
            return self._put_event(client, parcel, arn, body)
        if service == "s3":
            return self._put_object(client, parcel, arn.rpartition(":")[2], body)
        _, _, _, region, account, name = arn.split(":", 5)
        url = f"https://sqs.{region}.amazonaws.com/{account}/{name}"
        return str(client.send_message(QueueUrl=url, MessageBody=body, **attributes)["MessageId"])

    @staticmethod
    def _put_event(client: Any, parcel: Parcel, bus: str, body: str) -> str:
        outcome = "Success" if parcel.purpose == "on-success destination" else "Failure"
        function = parcel.document["requestContext"]["functionArn"]
        answer = client.put_events(
            Entries=[
                {
                    "Source": "lambda",
                    "DetailType": f"Lambda Function Invocation Result - {outcome}",
                    "Resources": [function, bus],
                    "Detail": body,
                    "EventBusName": bus,
                }
            ]
        )
        entry = answer["Entries"][0]
        if "ErrorCode" in entry:
            code, message = entry["ErrorCode"], entry.get("ErrorMessage", "")
            raise ClientError({"Error": {"Code": code, "Message": message}}, "PutEvents")
        return str(entry["EventId"])

    def _put_object(self, client: Any, parcel: Parcel, bucket: str, body: str) -> str:
        day, _, moment = self.clock.iso().partition("T")
        name = f"{day}T{moment[:8].replace(':', '.')}-{self.new_id()}"
        key = f"aws/lambda/async/{parcel.function}/{day.replace('-', '/')}/{name}"
        client.put_object(Bucket=bucket, Key=key, Body=body.encode())
        return key
