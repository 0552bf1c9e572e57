"""SQS: a batch needs the action of its single call; ``sqs:…Batch`` actions do not exist.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pipeline.iam.requirement import Needs, Parameters, Place, Requirement, anywhere, one


def _named(parameters: Parameters, place: Place) -> str:
    return place.arn("sqs", parameters["QueueName"])


def _of_url(parameters: Parameters, place: Place) -> str:
    """Return a queue's ARN: the URL's path ends in the account and the name."""
    account, _, name = urlsplit(parameters["QueueUrl"]).path.strip("/").rpartition("/")
    owner = account.rpartition("/")[2] or place.account
    return f"arn:aws:sqs:{place.region}:{owner}:{name}"


def _move_task(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    source = parameters["SourceArn"]
    needed = [
        Requirement(f"sqs:{name}", source)
        for name in (
            "StartMessageMoveTask",
            "ReceiveMessage",
            "DeleteMessage",
            "GetQueueAttributes",
        )
    ]
    if "DestinationArn" in parameters:
        needed.append(Requirement("sqs:SendMessage", parameters["DestinationArn"]))
    return tuple(needed)


_ON_A_QUEUE = {
    "ChangeMessageVisibility": "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessage": "DeleteMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "DeleteQueue": "DeleteQueue",
    "GetQueueAttributes": "GetQueueAttributes",
    "PurgeQueue": "PurgeQueue",
    "ReceiveMessage": "ReceiveMessage",
    "SendMessage": "SendMessage",
    "SendMessageBatch": "SendMessage",
    "SetQueueAttributes": "SetQueueAttributes",
}

OPERATIONS: Mapping[str, Needs] = {
    **{operation: one(f"sqs:{action}", _of_url) for operation, action in _ON_A_QUEUE.items()},
    "CreateQueue": one("sqs:CreateQueue", _named),
    "GetQueueUrl": one("sqs:GetQueueUrl", _named),
    "ListMessageMoveTasks": one("sqs:ListMessageMoveTasks", lambda p, _: p["SourceArn"]),
    "ListQueues": anywhere("sqs:ListQueues"),
    "StartMessageMoveTask": _move_task,
}
