"""SQS: a batch needs the action of its single call; ``sqs:…Batch`` actions do not exist.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from pipeline.iam.requirement import Needs, Parameters, Place, anywhere, given, one, together

_HOST = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com")


def _named(parameters: Parameters, place: Place) -> str:
    owner = parameters.get("QueueOwnerAWSAccountId") or place.account
    return f"arn:aws:sqs:{place.region}:{owner}:{parameters['QueueName']}"


def _of_url(parameters: Parameters, place: Place) -> str:
    """Return a queue's ARN: the URL's path ends in the account and the name."""
    url = urlsplit(parameters["QueueUrl"])
    path, _, name = url.path.strip("/").rpartition("/")
    found = _HOST.fullmatch(url.netloc)
    region = (found.group(1) or found.group(2)) if found else place.region
    owner = path.rpartition("/")[2] or place.account
    return f"arn:aws:sqs:{region}:{owner}:{name}"


def _source(parameters: Parameters, _: Place) -> str:
    return str(parameters["SourceArn"])


def _destination(parameters: Parameters, _: Place) -> str:
    return str(parameters["DestinationArn"])


_move_task = together(
    one("sqs:StartMessageMoveTask", _source),
    one("sqs:ReceiveMessage", _source),
    one("sqs:DeleteMessage", _source),
    one("sqs:GetQueueAttributes", _source),
    given(("DestinationArn",), one("sqs:SendMessage", _destination)),
)

_ON_A_QUEUE = {
    "ChangeMessageVisibility": "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessage": "DeleteMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "DeleteQueue": "DeleteQueue",
    "GetQueueAttributes": "GetQueueAttributes",
    "ListDeadLetterSourceQueues": "ListDeadLetterSourceQueues",
    "ListQueueTags": "ListQueueTags",
    "PurgeQueue": "PurgeQueue",
    "ReceiveMessage": "ReceiveMessage",
    "SendMessage": "SendMessage",
    "SendMessageBatch": "SendMessage",
    "SetQueueAttributes": "SetQueueAttributes",
    "TagQueue": "TagQueue",
    "UntagQueue": "UntagQueue",
}

OPERATIONS: Mapping[str, Needs] = {
    **{operation: one(f"sqs:{action}", _of_url) for operation, action in _ON_A_QUEUE.items()},
    "CreateQueue": together(
        one("sqs:CreateQueue", _named), given(("tags",), one("sqs:TagQueue", _named))
    ),
    "GetQueueUrl": one("sqs:GetQueueUrl", _named),
    "ListMessageMoveTasks": one("sqs:ListMessageMoveTasks", _source),
    "ListQueues": anywhere("sqs:ListQueues"),
    "StartMessageMoveTask": _move_task,
}
