"""S3's event notifications: which are due, and their delivery to queues as ``s3.amazonaws.com``.

S3 delivers after it has answered the upload: what is due is noted while the call is made, and
delivered when the sandbox gives S3 its turn. Each delivery is a SendMessage that the queue's policy
must allow, with the bucket as ``aws:SourceArn`` and its account as ``aws:SourceAccount``
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).

A new configuration is tested first: S3 sends ``s3:TestEvent`` to each destination, and refuses the
whole configuration when one cannot be reached
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import NotificationRule, Stored
from pipeline.gate.calls import SOURCE_IP, ApiCall
from pipeline.iam import wire
from pipeline.notification import (
    ObjectCreated,
    event_matches,
    key_matches,
    notification_message,
)
from pipeline.notification import test_event as destination_test

EVENT_NAMES: Mapping[str, str] = {
    "PutObject": "ObjectCreated:Put",
    "CopyObject": "ObjectCreated:Copy",
    "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload",
}
"""The event that each operation raises."""

REFUSED_NOTE = (
    "The upload itself succeeded. AWS documents no retry and no dead-letter queue for S3's own "
    "notifications: this one is lost."
)


@dataclass(frozen=True, slots=True)
class _Due:
    """A notification on its way."""

    rule: NotificationRule
    event: ObjectCreated


@dataclass(slots=True)
class S3Delivery:
    """S3's side of the notifications of one account."""

    stored: Stored
    clock: Clock
    emit: e.Emit
    connect: Callable[[str], Any]
    """For a bucket's name: an SQS client that calls as S3 on behalf of that bucket."""

    new_id: Callable[[], str]
    _due: deque[_Due] = field(default_factory=deque)
    _sequence: int = 0

    # -- after an object was stored --

    def note(self, call: ApiCall) -> None:
        """Note what is due after a call that stored an object, and announce the object."""
        event_name = EVENT_NAMES[call.operation]
        bucket, key = call.parameters["Bucket"], call.parameters["Key"]
        stored = self.stored.stored_object(bucket, key)
        self.emit(
            e.ObjectStored(
                time=self.clock.elapsed(),
                bucket=bucket,
                key=key,
                size=stored.size,
                event_name=event_name,
            )
        )
        self._sequence += 1
        for rule in self.stored.notification_rules(bucket):
            wanted = any(event_matches(name, event_name) for name in rule.events)
            if wanted and key_matches(key, rule.prefix, rule.suffix):
                event = ObjectCreated(
                    bucket=bucket,
                    key=key,
                    size=stored.size,
                    etag=stored.etag,
                    sequencer=f"{int(self.clock.now() * 1000):014X}{self._sequence % 65536:04X}",
                    event_name=event_name,
                    time=self.clock.now(),
                    region=self.stored.region,
                    principal_id=f"AWS:{call.caller.user_id}",
                    source_ip=SOURCE_IP,
                    request_id=self._short_id(),
                    host_id=self._host_id(),
                    configuration_id=rule.rule_id,
                    owner_id=self.stored.account,
                    version_id=stored.version_id,
                )
                self._due.append(_Due(rule, event))

    def forget(self) -> None:
        """Drop what is due."""
        self._due.clear()

    def deliver(self) -> None:
        """Send everything that is due, in order."""
        while self._due:
            due = self._due.popleft()
            self._send(due.rule, due.event)

    def _send(self, rule: NotificationRule, event: ObjectCreated) -> None:
        message = notification_message(event)
        queue = rule.queue_arn.rpartition(":")[2]
        try:
            answer = self.connect(event.bucket).send_message(
                QueueUrl=queue_url(rule.queue_arn), MessageBody=json.dumps(message)
            )
        except ClientError as error:
            self.emit(
                e.NotificationRefused(
                    time=self.clock.elapsed(),
                    bucket=event.bucket,
                    key=event.key,
                    destination=queue,
                    destination_kind="queue",
                    message=message,
                    code=error.response["Error"]["Code"],
                    reason=error.response["Error"]["Message"],
                    note=REFUSED_NOTE,
                )
            )
            return
        self.emit(
            e.NotificationSent(
                time=self.clock.elapsed(),
                bucket=event.bucket,
                key=event.key,
                destination=queue,
                destination_kind="queue",
                message_id=answer["MessageId"],
                message=message,
            )
        )

    # -- when a configuration is put --

    def check_destinations(self, call: ApiCall) -> wire.WireResponse | None:
        """Test each queue of a new configuration; return S3's error when one cannot be reached."""
        if call.parameters.get("SkipDestinationValidation"):
            return None
        configuration = call.parameters["NotificationConfiguration"]
        problems = {}
        for entry in configuration.get("QueueConfigurations", ()):
            problem = self._problem_of(call.parameters["Bucket"], entry["QueueArn"])
            if problem is not None:
                problems[entry["QueueArn"]] = problem
        if not problems:
            return None
        extra = {}
        for number, (arn, problem) in enumerate(problems.items(), start=1):
            extra[f"ArgumentName{number}"] = arn
            extra[f"ArgumentValue{number}"] = problem
        return wire.error(
            "s3",
            "InvalidArgument",
            "Unable to validate the following destination configurations",
            400,
            protocol=call.protocol,
            request_id=self._short_id(),
            extra=extra,
        )

    def _problem_of(self, bucket: str, queue_arn: str) -> str | None:
        queue = queue_arn.rpartition(":")[2]
        if not self.stored.queue_exists(queue):
            return "The destination queue does not exist"
        message = destination_test(bucket, self.clock.now(), self._short_id(), self._host_id())
        try:
            self.connect(bucket).send_message(
                QueueUrl=queue_url(queue_arn), MessageBody=json.dumps(message)
            )
        except ClientError:
            return (
                "Permissions on the destination queue do not allow S3 to publish notifications "
                "from this bucket"
            )
        self.emit(
            e.DestinationTested(
                time=self.clock.elapsed(),
                bucket=bucket,
                destination=queue,
                destination_kind="queue",
                message=message,
            )
        )
        return None

    def _short_id(self) -> str:
        return self.new_id().replace("-", "")[:16].upper()

    def _host_id(self) -> str:
        return (self.new_id() + self.new_id()).replace("-", "")


def queue_url(arn: str) -> str:
    """Return the URL of a queue in the form the service gives it."""
    _, _, _, region, account, name = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"
