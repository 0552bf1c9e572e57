"""Resources named in one account and Region, with the defaults that all architectures share.

A queue's visibility timeout is six times its function's timeout and its receive count five, as
Lambda advises (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.topology.resources import Function, Index, Queue, Role, Table
from pipeline.topology.statements import allow, policy
from pipeline.topology.values import Arrow

DAY = 24 * 3600
TIMEOUT = 30
"""Seconds that a function may run."""

POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What a role needs to be polled for: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""

STREAM_READING = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)
"""What a role needs for a stream: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An account and Region to name resources in."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource here."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def queue_with_dead_letters(self, name: str) -> tuple[Queue, Queue]:
        """Return a queue for a function, and its dead-letter queue, kept longer."""
        dead_letters = self.dead_letters(f"{name}-dead-letter")
        queue = Queue(
            name,
            self.arn("sqs", name),
            visibility_timeout=6 * TIMEOUT,
            retention=4 * DAY,
            max_receive_count=5,
            dead_letters_to=dead_letters.arn,
        )
        return queue, dead_letters

    def dead_letters(self, name: str) -> Queue:
        """Return a queue for what failed for good."""
        return Queue(name, self.arn("sqs", name), visibility_timeout=30, retention=14 * DAY)

    def table(
        self,
        name: str,
        partition_key: str,
        *,
        index: Index | None = None,
        has_stream: bool = False,
    ) -> Table:
        """Return a table."""
        arn = self.arn("dynamodb", f"table/{name}")
        return Table(name, arn, partition_key, index, has_stream)

    def function(
        self,
        name: str,
        module: str,
        statements: Iterable[dict[str, Any]],
        environment: Mapping[str, str],
        *,
        memory: int = 256,
        role: str | None = None,
        on_failure: str | None = None,
    ) -> Function:
        """Return a function and its role: these statements, and its own logs."""
        log_group = f"/aws/lambda/{name}"
        logs = self.arn("logs", f"log-group:{log_group}")
        role_name = role or f"{name}-function"
        return Function(
            name,
            self.arn("lambda", f"function:{name}"),
            handler=f"function.{module}.handler",
            timeout=TIMEOUT,
            memory=memory,
            environment=environment,
            log_group=log_group,
            on_failure=on_failure,
            role=Role(
                role_name,
                f"arn:aws:iam::{self.account}:role/{role_name}",
                trust_policy=policy(
                    allow(
                        "LambdaAssumes",
                        "sts:AssumeRole",
                        Principal={"Service": "lambda.amazonaws.com"},
                    )
                ),
                policy_name=role_name,
                policy=policy(
                    *statements,
                    allow(
                        "FunctionWritesLogs",
                        "logs:CreateLogGroup",
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        Resource=f"{logs}:*",
                    ),
                ),
            ),
        )

    def reader(self, name: str, *statements: dict[str, Any]) -> Role:
        """Return a role that people of this account assume, to read."""
        return Role(
            name,
            f"arn:aws:iam::{self.account}:role/{name}",
            trust_policy=policy(
                allow(
                    "AccountAssumes",
                    "sts:AssumeRole",
                    Principal={"AWS": f"arn:aws:iam::{self.account}:root"},
                )
            ),
            policy_name=name,
            policy=policy(*statements),
        )

    def sends(self, sid: str, service: str, queue: Queue, source: str) -> dict[str, Any]:
        """Return a queue policy's statement that lets a service send for one source of ours.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
        """
        return self._from(sid, "sqs:SendMessage", service, queue.arn, source)

    def publishes(self, sid: str, service: str, topic_arn: str, source: str) -> dict[str, Any]:
        """Return a topic policy's statement that lets a service publish for one source of ours."""
        return self._from(sid, "sns:Publish", service, topic_arn, source)

    def owns_topic(self, topic_arn: str) -> dict[str, Any]:
        """Return a topic policy's statement for the account itself: a policy needs one statement.

        https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        """
        return allow(
            "OwnerManages",
            "sns:GetTopicAttributes",
            "sns:SetTopicAttributes",
            "sns:Subscribe",
            "sns:Publish",
            Principal={"AWS": f"arn:aws:iam::{self.account}:root"},
            Resource=topic_arn,
        )

    def invokes(self, sid: str, service: str, function: Function, source: str) -> dict[str, Any]:
        """Return a function policy's statement that lets a service invoke for one source of ours.

        https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
        """
        return self._from(sid, "lambda:InvokeFunction", service, function.arn, source)

    def _from(
        self, sid: str, action: str, service: str, resource: str, source: str
    ) -> dict[str, Any]:
        return allow(
            sid,
            action,
            Principal={"Service": service},
            Resource=resource,
            Condition={
                "ArnLike": {"aws:SourceArn": source},
                "StringEquals": {"aws:SourceAccount": self.account},
            },
        )


def polls(sid: str, queue: Queue) -> dict[str, Any]:
    """Return a role's statement that lets Lambda poll a queue for it."""
    return allow(sid, *POLLING, Resource=queue.arn)


def numbered(*arrows: Arrow) -> tuple[Arrow, ...]:
    """Return arrows numbered from 1, in order."""
    return tuple(replace(arrow, number=number) for number, arrow in enumerate(arrows, 1))


def arrow(
    name: str,
    source: str,
    target: str,
    *,
    by: tuple[str, str],
    grant: tuple[str, str],
    actions: tuple[str, ...] | str,
    resource: str,
    meaning: str,
) -> Arrow:
    """Return an arrow: ``by`` is actor and caller, ``grant`` is the policy's place and its Sid."""
    return Arrow(
        0,
        name,
        source=source,
        target=target,
        actor=by[0],
        caller=by[1],
        policy=grant[0],
        sid=grant[1],
        actions=(actions,) if isinstance(actions, str) else actions,
        resource=resource,
        meaning=meaning,
    )
