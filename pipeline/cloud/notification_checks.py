"""What S3 checks of a notification configuration that is put: the configuration, and who it names.

S3 sends ``s3:TestEvent`` to each queue and topic, and for a function asks Lambda whether it may
invoke it; when one destination cannot be reached it refuses the configuration as a whole
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.delivery.s3 import host_id, short_id
from pipeline.delivery.s3_destinations import Connect, Destinations
from pipeline.gate.calls import ApiCall
from pipeline.iam import wire
from pipeline.notification import test_event as destination_test
from pipeline.notification_refusals import refusal
from pipeline.notification_rules import FUNCTION, QUEUE, NotificationRule, rules_of

UNREACHABLE = "Unable to validate the following destination configurations"


@dataclass(frozen=True, slots=True)
class NotificationChecks:
    """S3's check of PutBucketNotificationConfiguration, as the gate asks for it."""

    stored: Stored
    clock: Clock
    emit: e.Emit
    connect: Connect
    new_id: Callable[[], str]

    def __call__(self, call: ApiCall) -> wire.WireResponse | None:
        """Return S3's refusal of a configuration, or None."""
        configuration = call.parameters["NotificationConfiguration"]
        refused = refusal(configuration, self.stored.region)
        if refused is not None:
            extra = {}
            if refused.argument:
                extra = {"ArgumentName": refused.argument, "ArgumentValue": refused.value}
            return self._invalid(call, refused.message, extra)
        if call.parameters.get("SkipDestinationValidation"):
            return None
        found = [
            self._problem_of(call.parameters["Bucket"], rule) for rule in rules_of(configuration)
        ]
        problems = [problem for problem in found if problem is not None]
        if not problems:
            return None
        extra = {}
        for number, (name, value) in enumerate(problems, start=1):
            extra[f"ArgumentName{number}"] = name
            extra[f"ArgumentValue{number}"] = value
        return self._invalid(call, UNREACHABLE, extra)

    def _invalid(self, call: ApiCall, message: str, extra: dict[str, str]) -> wire.WireResponse:
        return wire.error(
            "s3",
            "InvalidArgument",
            message,
            400,
            protocol=call.protocol,
            request_id=short_id(self.new_id),
            extra=extra,
        )

    def _problem_of(self, bucket: str, rule: NotificationRule) -> tuple[str, str] | None:
        """Return the destination that cannot be reached and why, in the words of S3's answers."""
        if not self._exists(rule):
            what = "Lambda" if rule.kind == FUNCTION else rule.kind
            return rule.arn, f"The destination {what} does not exist"
        destinations = Destinations(self.connect)
        if rule.kind == FUNCTION:
            try:
                destinations.ask(bucket, rule)
            except ClientError:
                return f"{rule.arn}, null", f"Not authorized to invoke function [{rule.arn}]"
            return None
        message = destination_test(
            bucket, self.clock.now(), short_id(self.new_id), host_id(self.new_id)
        )
        try:
            destinations.send(bucket, rule, message)
        except ClientError:
            return rule.arn, (
                f"Permissions on the destination {rule.kind} do not allow S3 to publish "
                "notifications from this bucket"
            )
        self.emit(
            e.DestinationTested(
                time=self.clock.elapsed(),
                bucket=bucket,
                destination=rule.destination,
                destination_kind=rule.kind,
                message=message,
            )
        )
        return None

    def _exists(self, rule: NotificationRule) -> bool:
        if rule.arn.split(":")[4] != self.stored.account:
            return False
        if rule.kind == QUEUE:
            return self.stored.queue_exists(rule.destination)
        if rule.kind == FUNCTION:
            return self.stored.function_role(rule.destination) is not None
        return self.stored.topic_exists(rule.arn)
