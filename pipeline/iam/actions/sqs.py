"""SQS: a batch needs the action of its single call; ``sqs:…Batch`` actions do not exist.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html

A queue that a customer managed key encrypts asks for the key, too: who sends must generate data
keys and decrypt them, who receives must decrypt.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import urlsplit

from pipeline.iam.actions.kms import encryption_context
from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    ResourceOf,
    anywhere,
    given,
    named,
    on,
    one,
    together,
)

_HOST = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com")


def _by_name(parameters: Parameters, place: Place) -> str:
    owner = parameters.get("QueueOwnerAWSAccountId") or place.account
    return f"arn:aws:sqs:{place.region}:{owner}:{parameters['QueueName']}"


def _by_url(parameters: Parameters, place: Place) -> str:
    """Return a queue's ARN: the URL's path ends in the account and the name."""
    url = urlsplit(parameters["QueueUrl"])
    path, _, name = url.path.strip("/").rpartition("/")
    found = _HOST.fullmatch(url.netloc)
    region = (found.group(1) or found.group(2)) if found else place.region
    owner = path.rpartition("/")[2] or place.account
    return f"arn:aws:sqs:{region}:{owner}:{name}"


def _by_task(parameters: Parameters, _: Place) -> str:
    """Return the ARN of the queue that a task moves messages from; its handle tells."""
    try:
        return str(json.loads(b64decode(parameters["TaskHandle"], validate=True))["sourceArn"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnknownOperationError(
            "The TaskHandle tells no queue; use the one that StartMessageMoveTask returned."
        ) from error


def _with_key(*actions: str) -> Needs:
    """Return the row of what a queue's key must be used for; nothing when it has none."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        queue = _by_url(parameters, place)
        key = place.lookups.queue_key(queue)
        context = encryption_context({"aws:sqs:arn": queue})
        return tuple(Requirement(action, key, context) for action in actions) if key else ()

    return needs


def _moving(action: str, source: ResourceOf) -> Needs:
    """Return the row of a call that moves messages for its caller, who must be allowed to."""
    extra = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return together(one(action, source), *(one(f"sqs:{name}", source) for name in extra))


_SINGLE_OF_BATCH = {
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessageBatch": "DeleteMessage",
}
_SENDING = together(
    one("sqs:SendMessage", _by_url), _with_key("kms:GenerateDataKey", "kms:Decrypt")
)

OPERATIONS: Mapping[str, Needs] = {
    **on(
        "sqs",
        _by_url,
        "AddPermission ChangeMessageVisibility DeleteMessage DeleteQueue GetQueueAttributes "
        "ListDeadLetterSourceQueues ListQueueTags PurgeQueue RemovePermission SetQueueAttributes",
    ),
    "ReceiveMessage": together(one("sqs:ReceiveMessage", _by_url), _with_key("kms:Decrypt")),
    "SendMessage": _SENDING,
    "SendMessageBatch": _SENDING,
    **on("sqs", _by_url, "TagQueue UntagQueue", tags),
    **{batch: one(f"sqs:{single}", _by_url) for batch, single in _SINGLE_OF_BATCH.items()},
    "CancelMessageMoveTask": _moving("sqs:CancelMessageMoveTask", _by_task),
    "CreateQueue": together(
        one("sqs:CreateQueue", _by_name, tags), tagging("sqs:TagQueue", _by_name)
    ),
    "GetQueueUrl": one("sqs:GetQueueUrl", _by_name),
    "ListMessageMoveTasks": one("sqs:ListMessageMoveTasks", named("SourceArn")),
    "ListQueues": anywhere("sqs:ListQueues"),
    "StartMessageMoveTask": together(
        _moving("sqs:StartMessageMoveTask", named("SourceArn")),
        given(("DestinationArn",), one("sqs:SendMessage", named("DestinationArn"))),
    ),
}
