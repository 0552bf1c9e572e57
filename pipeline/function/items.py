"""The item of an image, and the claim that makes it safe to get the same event twice.

SQS delivers at least once and S3 may send an event twice or late, so each attempt first claims
the image: a PutItem of status ``processing`` with a lease, on condition that nobody else holds a
lease and the image is not already done with the same upload or a newer one. The condition's
failure returns the stored item, which tells what to do; so PutItem is all the permission needed
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html). An attempt that
is killed leaves its claim behind; the lease ends when the killed invocation's time would have.

A newer upload waits for an older one's live lease, because both write the same thumbnail and the
older must not write last. Each write carries the attempt's own token, so that an SDK's repetition
of a write whose answer was lost is recognised as the same write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from .errors import TryAgainLater
from .records import LONGEST_KEY, Upload, object_id
from .tables import Item, is_condition_failure, to_attributes, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES = {
    "#id": "image_id",
    "#status": "status",
    "#sequencer": "sequencer",
    "#claim": "claim",
    "#lease": "lease_until",
}

_MAY_CLAIM = (
    "attribute_not_exists(#id)"
    " OR ((#status <> :processing OR #lease <= :now)"
    " AND (#sequencer < :sequencer OR (#sequencer = :sequencer AND #status <> :done)))"
    " OR (#claim = :claim AND #status = :processing)"
)


def image_id(bucket: str, key: str) -> str:
    """Return an image's id, which is its object's."""
    return object_id(bucket, key)


def file_name(key: str) -> str:
    """Return the last part of a key: ``cat.jpg`` of ``photos/cat.jpg``."""
    return key.rstrip("/").rpartition("/")[2] or key


def thumbnail_key(bucket: str, key: str, extension: str) -> str:
    """Return where the thumbnail goes: ``photos/cat.jpg.0123456789abcdef.jpg``.

    It begins with the original's key, so that listing by that prefix finds it. Sixteen digits of
    the image's id keep apart what would otherwise meet: ``a.png`` and ``a.jpg``, two buckets, and
    keys that differ only in characters that are replaced here (those that cannot be printed) or
    cut off (beyond S3's 1,024 bytes).
    """
    ending = f".{image_id(bucket, key)[:16]}.{extension}"
    readable = "".join(sign if sign.isprintable() else "_" for sign in key)
    kept = readable.encode()[: LONGEST_KEY - len(ending)].decode(errors="ignore")
    return kept + ending


def timestamp(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC with milliseconds, comparable as a string."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an image, and the item as it was claimed."""

    token: str
    item: Item


class AlreadyDone(Exception):  # noqa: N818 - a finding, not an error
    """Nothing is left to do: the image is done with this upload, or a newer one was seen."""


class ImageTable:
    """The table of images; every write is a conditional PutItem.

    Its methods raise ``ClientError`` and ``BotoCoreError`` as DynamoDB and boto3 do.
    """

    def __init__(self, dynamodb: DynamoDBClient, name: str) -> None:
        self._dynamodb = dynamodb
        self._name = name

    def claim(
        self, upload: Upload, *, token: str, attempt: int | None, now: float, lease_seconds: float
    ) -> Claim:
        """Claim an image for this attempt, which ``token`` tells from every other.

        ``attempt`` is recorded where it is known: how often this was tried.

        Raises:
            AlreadyDone: The work was done before; the text says by what.
            TryAgainLater: Another attempt holds the lease.
        """
        item: Item = {
            "image_id": image_id(upload.bucket, upload.key),
            "bucket": upload.bucket,
            "key": upload.key,
            "file_name": file_name(upload.key),
            "status": "processing",
            "sequencer": upload.sequencer,
            "claim": token,
            "lease_until": int(now + lease_seconds) + 1,
            "created_at": timestamp(now),
            "updated_at": timestamp(now),
        }
        if attempt is not None:
            item["attempt"] = attempt
        values: dict[str, str | int] = {
            ":processing": "processing",
            ":done": "done",
            ":now": int(now),
            ":sequencer": upload.sequencer,
            ":claim": token,
        }
        try:
            replaced = self._put(item, _MAY_CLAIM, _NAMES, values)
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            _explain_refusal(_stored_item(error), upload, now)
            raise
        return Claim(token, {**item, "created_at": replaced.get("created_at", item["created_at"])})

    def finish(self, claim: Claim, *, now: float, **attributes: str | int) -> None:
        """Record how the work on a claimed image ended: its ``status`` and what belongs to it.

        Raises:
            TryAgainLater: The lease had ended and another attempt claimed the image since.
        """
        item = {**claim.item, **attributes, "updated_at": timestamp(now)}
        del item["lease_until"]
        try:
            self._put(item, "#claim = :claim", {"#claim": "claim"}, {":claim": claim.token})
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            raise TryAgainLater("Another attempt took over when the lease ended.") from error

    def _put(
        self, item: Item, condition: str, names: Mapping[str, str], values: Mapping[str, str | int]
    ) -> Item:
        """Put an item and return the one it replaced, empty if there was none."""
        answer = self._dynamodb.put_item(
            TableName=self._name,
            Item=to_attributes(item),
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_attributes(values),
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return to_item(answer.get("Attributes", {}))


def _explain_refusal(stored: Item, upload: Upload, now: float) -> None:
    """Raise what a refused claim means, if the stored item tells."""
    sequencer, status = stored.get("sequencer", ""), stored.get("status")
    if sequencer > upload.sequencer:
        raise AlreadyDone("skipped, a newer upload of the same key was seen before")
    if sequencer == upload.sequencer and status == "done":
        raise AlreadyDone("skipped, this upload is already done")
    if status == "processing":
        left = max(0, int(stored.get("lease_until", now)) - now)
        raise TryAgainLater(f"Another attempt is at work on it for up to {left:.0f} seconds.")


def _stored_item(error: ClientError) -> Item:
    """Return the item that a condition failed on, which boto3 puts beside the error's text."""
    attributes = cast("Mapping[str, Any]", error.response.get("Item", {}))
    return to_item(attributes)
