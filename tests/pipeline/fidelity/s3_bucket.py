"""A bucket of a sandbox, what it is configured to announce, and what it announced."""

from __future__ import annotations

import json
from typing import Any

from pipeline import events as e
from pipeline.iam import wire

REGION = "us-east-1"
PART = bytes(5 * 1024 * 1024)
"""The smallest part that another may follow."""


def multipart_upload(s3: Any, bucket: str, key: str, *parts: bytes) -> str:
    """Upload parts as one object; return its ETag."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    listed = []
    for number, part in enumerate(parts, start=1):
        answer = s3.upload_part(
            Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
        )
        listed.append({"ETag": answer["ETag"], "PartNumber": number})
    answer = s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": listed}
    )
    return str(answer["ETag"])


class Bucket:
    """A new bucket of the scene's sandbox."""

    def __init__(self, scene: Any, *, versioned: bool = False) -> None:
        self.scene = scene
        self.sandbox = scene.sandbox
        self.account = self.sandbox.topology.account
        self.name = f"contract-{self.account}"
        self.s3 = self.sandbox.client("s3")
        self.s3.create_bucket(Bucket=self.name)
        if versioned:
            self.s3.put_bucket_versioning(
                Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
            )

    def _policy(self, action: str, resource: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": action,
            "Resource": resource,
            "Condition": {
                "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{self.name}"},
                "StringEquals": {"aws:SourceAccount": self.account},
            },
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def queue(self, name: str = "heard", *, open_to_s3: bool = True, **attributes: str) -> str:
        """Create a queue and return its ARN."""
        arn = f"arn:aws:sqs:{REGION}:{self.account}:{name}"
        if open_to_s3:
            attributes["Policy"] = self._policy("sqs:SendMessage", arn)
        self.sandbox.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return arn

    def topic(self, name: str = "told", *, open_to_s3: bool = True, **attributes: str) -> str:
        """Create a topic and return its ARN."""
        arn = f"arn:aws:sns:{REGION}:{self.account}:{name}"
        if open_to_s3:
            attributes["Policy"] = self._policy("sns:Publish", arn)
        self.sandbox.client("sns").create_topic(Name=name, Attributes=attributes)
        return arn

    def function(self, *, open_to_s3: bool = True) -> str:
        """Let S3 invoke the topology's function; return its ARN."""
        function = self.sandbox.topology.function
        if open_to_s3:
            self.sandbox.client("lambda").add_permission(
                FunctionName=function.name,
                StatementId="from-bucket",
                Action="lambda:InvokeFunction",
                Principal="s3.amazonaws.com",
                SourceArn=f"arn:aws:s3:::{self.name}",
                SourceAccount=self.account,
            )
        return str(function.arn)

    def answer_invocations(self) -> list[Any]:
        """Answer for Lambda without running anything; return the list that gets the calls."""
        calls: list[Any] = []

        def answer(call: Any) -> wire.WireResponse:
            calls.append(call)
            return wire.WireResponse(202, {"x-amzn-requestid": "invocation"}, b"", "", "")

        self.sandbox._parts.gate.checks["lambda", "Invoke"] = answer
        return calls

    def configure(self, *queues: Any, skip: bool = False, **configuration: Any) -> None:
        """Put a notification configuration: queue ARNs or entries, and further lists."""
        entries = [
            {"QueueArn": each, "Events": ["s3:ObjectCreated:*"]} if isinstance(each, str) else each
            for each in queues
        ]
        if entries:
            configuration["QueueConfigurations"] = entries
        self.s3.put_bucket_notification_configuration(
            Bucket=self.name,
            NotificationConfiguration=configuration,
            SkipDestinationValidation=skip,
        )

    def configuration(self) -> dict[str, Any]:
        """Return the configuration as S3 gives it back."""
        kept = self.s3.get_bucket_notification_configuration(Bucket=self.name)
        return {name: value for name, value in kept.items() if name != "ResponseMetadata"}

    def listen(self, *events: str) -> None:
        """Announce events of these names to a queue of the bucket's own."""
        entry = {"Id": "all", "QueueArn": self.queue(), "Events": list(events)}
        self.configure(entry)
        self.scene.events.clear()

    def sent(self) -> list[e.NotificationSent]:
        """Let S3 deliver; return what this bucket sent so far."""
        self.sandbox._parts.turns.push()
        return [x for x in self.scene.seen(e.NotificationSent) if x.bucket == self.name]

    def records(self) -> list[dict[str, Any]]:
        """Let S3 deliver; return the records that this bucket sent so far."""
        return [record for x in self.sent() for record in x.message["Records"]]
