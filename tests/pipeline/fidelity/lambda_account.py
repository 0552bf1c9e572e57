"""What a learner makes in a sandbox beside its architecture: roles, functions, queues, mappings."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

EVERYTHING = {"Effect": "Allow", "Action": ["sqs:*", "dynamodb:*"], "Resource": "*"}


def deployment_package() -> bytes:
    """Return a zip file with a handler."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("index.py", "def handler(event, context): return event\n")
    return buffer.getvalue()


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trusting(service: str) -> str:
    return policy(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    )


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[int, str, str]:
    """Return the status, code and message with which a call is refused."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    told = raised.value.response
    status = told["ResponseMetadata"]["HTTPStatusCode"]
    return status, told["Error"]["Code"], told["Error"]["Message"]


class LambdaAccount:
    """Clients of an account, and short ways to make things in it."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.functions = client("lambda")
        self.sqs = client("sqs")
        self.iam = client("iam")
        self.dynamodb = client("dynamodb")

    def role(
        self,
        name: str = "mine",
        *statements: Mapping[str, Any],
        trust: str = "lambda.amazonaws.com",
    ) -> str:
        """Create a role with an inline policy; return its ARN."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(trust))
        self.iam.put_role_policy(
            RoleName=name,
            PolicyName="inline",
            PolicyDocument=policy(*(statements or (EVERYTHING,))),
        )
        return str(made["Role"]["Arn"])

    def function(self, name: str = "mine", **settings: Any) -> str:
        """Create a function; return its ARN."""
        role = settings.pop("Role", None) or self.role(f"{name}-role")
        asked = {
            "FunctionName": name,
            "Role": role,
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": deployment_package()},
            **settings,
        }
        wanted = {key: value for key, value in asked.items() if value is not None}
        return str(self.functions.create_function(**wanted)["FunctionArn"])

    def queue(self, name: str = "mine", **attributes: str) -> str:
        """Create a queue; return its ARN."""
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def stream(self, name: str = "mine") -> str:
        """Create a table with a stream; return the stream's ARN."""
        answer = self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        return str(answer["TableDescription"]["LatestStreamArn"])

    def mapping(self, source: str, function: str = "mine", **settings: Any) -> dict[str, Any]:
        """Create a mapping; return the answer."""
        return dict(
            self.functions.create_event_source_mapping(
                FunctionName=function, EventSourceArn=source, **settings
            )
        )

    def refused_mapping(self, source: str, **settings: Any) -> tuple[int, str, str]:
        """Return how the mapping of a source to the function ``mine`` is refused."""
        return refusal(self.mapping, source=source, **settings)
