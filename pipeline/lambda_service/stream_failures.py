"""What Lambda tells a destination of a stream's records given up: which ones, not their data.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.events import Json
from pipeline.lambda_service.stream_batches import created_at, sequence_number


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Records of one shard that were given up together."""

    records: Sequence[Json]
    condition: str
    """RetryAttemptsExhausted or RecordAgeExceeded."""

    request_id: str
    invocations: int
    function_failed: bool
    """Whether the last invocation failed as a whole, not by a partial batch response."""


def failure_document(
    given_up: GivenUp, *, function_arn: str, stream_arn: str, shard_id: str, timestamp: str
) -> dict[str, Json]:
    """Return the message to the destination; the records themselves are still in the stream.

    Not documented: what stands in ``responseContext`` for records that the function never had; here
    it is left out.
    """
    document: dict[str, Json] = {
        "requestContext": {
            "requestId": given_up.request_id,
            "functionArn": function_arn,
            "condition": given_up.condition,
            "approximateInvokeCount": given_up.invocations,
        }
    }
    if given_up.invocations:
        document["responseContext"] = {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            **({"functionError": "Unhandled"} if given_up.function_failed else {}),
        }
    first, last = given_up.records[0], given_up.records[-1]
    return document | {
        "version": "1.0",
        "timestamp": timestamp,
        "DDBStreamBatchInfo": {
            "shardId": shard_id,
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": _to_the_second(created_at(first)),
            "approximateArrivalOfLastRecord": _to_the_second(created_at(last)),
            "batchSize": len(given_up.records),
            "streamArn": stream_arn,
        },
    }


def _to_the_second(moment: int) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
