"""Event source mappings as Lambda checks them when one is created or changed.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html

Not documented: the texts for a FIFO queue's batch size and for a missing starting position, and the
order of the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_functions import StoredFunction, StoredFunctions
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import Check
from pipeline.lambda_service.answers import (
    CONFLICT,
    NOT_FOUND,
    Refusal,
    answering,
    out_of_range,
)
from pipeline.lambda_service.role_checks import may

QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STREAM_ACTIONS = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")

LARGEST_BATCH = 10_000
LARGEST_FIFO_BATCH = 10
LONGEST_WINDOW = 300
HIGHEST_CONCURRENCY = 1_000

_CREATE, _UPDATE, _DELETE = (
    ("lambda", f"{verb}EventSourceMapping") for verb in ("Create", "Update", "Delete")
)


@dataclass(frozen=True, slots=True)
class MappingChecks:
    """Checks the mappings of one account."""

    stored: Stored
    functions: StoredFunctions
    gate: Authorizer
    new_id: Callable[[], str]

    def by_call(self) -> dict[tuple[str, str], Check]:
        """Return the checks by service and operation."""
        return {
            _CREATE: answering(self._creating, self.new_id),
            _UPDATE: answering(self._updating, self.new_id),
            _DELETE: answering(self._deleting, self.new_id),
        }

    # -- each yields what is wrong, the first counts --

    def _creating(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        yield from _constraints(asked)
        function = self.functions.function(asked["FunctionName"])
        if function is None:
            yield Refusal("Function does not exist")
            return
        source = asked.get("EventSourceArn", "")
        if source.split(":")[2:3] == ["dynamodb"]:
            yield from self._stream(asked, source, function)
        elif source:
            yield _batching(source, asked.get("BatchSize", 10), _window(asked))
            yield self._polling(source, function)
            yield self._timeouts(source, function)
            yield self._duplicate(source, function)

    def _updating(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        yield from _constraints(asked)
        mapping = self.functions.mapping(asked["UUID"])
        if mapping is None:
            yield _NO_MAPPING
            return
        function = self.functions.function(asked.get("FunctionName", mapping.function))
        if function is None:
            yield Refusal("Function does not exist")
            return
        if mapping.source.split(":")[2] == "sqs":
            size = asked.get("BatchSize", mapping.batch_size)
            window = asked.get("MaximumBatchingWindowInSeconds", mapping.batching_window)
            yield _batching(mapping.source, size, window)
            yield self._polling(mapping.source, function)
            yield self._timeouts(mapping.source, function)

    def _deleting(self, asked: Mapping[str, Any]) -> Iterator[Refusal | None]:
        yield _NO_MAPPING if self.functions.mapping(asked["UUID"]) is None else None

    # -- single checks --

    def _polling(self, source: str, function: StoredFunction) -> Refusal | None:
        """Ask whether the execution role may poll, then whether the queue is there."""
        for action in QUEUE_ACTIONS:
            if not may(self.gate, function, action, source):
                return Refusal(
                    "The function execution role does not have permissions to call "
                    f"{action.partition(':')[2]} on SQS"
                )
        return None if self.stored.queue_exists(source.rpartition(":")[2]) else _NO_QUEUE

    def _timeouts(self, source: str, function: StoredFunction) -> Refusal | None:
        queue = self.stored.backend("sqs", self.stored.region).queues[source.rpartition(":")[2]]
        visibility = int(queue.visibility_timeout)
        if visibility >= function.timeout:
            return None
        return Refusal(
            f"Queue visibility timeout: {visibility} seconds is less than "
            f"Function timeout: {function.timeout} seconds"
        )

    def _duplicate(self, source: str, function: StoredFunction) -> Refusal | None:
        for mapping in self.functions.mappings():
            if (mapping.source, mapping.function) == (source, function.name):
                return Refusal(
                    f'An event source mapping with SQS arn (" {source} ") and function '
                    f'(" {function.name} ") already exists. Please update or delete the '
                    f"existing mapping with UUID {mapping.uuid}",
                    CONFLICT,
                )
        return None

    def _stream(
        self, asked: Mapping[str, Any], source: str, function: StoredFunction
    ) -> Iterator[Refusal | None]:
        position = asked.get("StartingPosition")
        if position is None:
            yield Refusal(_NO_POSITION)
        if position == "AT_TIMESTAMP":
            yield Refusal(f"Unsupported starting position for arn type: {source}")
        if not all(may(self.gate, function, action, source) for action in STREAM_ACTIONS):
            yield Refusal(
                f"Cannot access stream {source}. Please ensure the role can perform the "
                "GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your "
                "stream in DynamoDB."
            )


_NO_MAPPING = Refusal("The resource you requested does not exist.", NOT_FOUND)
_NO_QUEUE = Refusal(
    "Error occurred while ReceiveMessage. SQS Error Code: "
    "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not "
    "exist."
)
_NO_POSITION = (
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
    "Member must not be null."
)


def _constraints(asked: Mapping[str, Any]) -> Iterator[Refusal]:
    """Yield what is out of the range that the API allows; boto3 itself refuses what is too low."""
    concurrency = asked.get("ScalingConfig", {}).get("MaximumConcurrency", 0)
    for name, value, most in (
        ("batchSize", asked.get("BatchSize", 0), LARGEST_BATCH),
        ("maximumBatchingWindowInSeconds", _window(asked), LONGEST_WINDOW),
        ("scalingConfig.maximumConcurrency", concurrency, HIGHEST_CONCURRENCY),
    ):
        if value > most:
            yield out_of_range(name, value, most)


def _window(asked: Mapping[str, Any]) -> int:
    return int(asked.get("MaximumBatchingWindowInSeconds", 0))


def _batching(source: str, size: int, window: int) -> Refusal | None:
    if source.endswith(".fifo"):
        if window:
            return Refusal("Batching window is not supported for FIFO queues")
        if size > LARGEST_FIFO_BATCH:
            return Refusal(f"Batch size must not exceed {LARGEST_FIFO_BATCH} for FIFO queues")
        return None
    if size > LARGEST_FIFO_BATCH and not window:
        return Refusal(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10"
        )
    return None
