"""The event source mapping of a DynamoDB stream: read, batch, invoke, and retry in order.

Plays the Lambda service as AWS documents it. It reads with the execution role's credentials, runs
the function on one batch after the other, and does not go on before a batch succeeded or was given
up: after its retries, at the greatest age set, or when the stream drops the records after 24 hours.
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html)

Simplified: the stream has one shard, and is read once something is in it instead of four times a
second. Not modelled: several batches of a shard at once (``ParallelizationFactor``), tumbling
windows and filter criteria. Not documented by AWS: how long the mapping waits before a retry, and
what becomes of a mapping whose role loses a permission; the events say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.stream_batches import (
    AGE_EXCEEDED,
    RETRIES_EXHAUSTED,
    Batch,
    StreamSettings,
    after_failure,
    batches,
    created_at,
    expired,
    first_failed,
)
from pipeline.lambda_service.stream_failures import GivenUp, failure_document
from pipeline.lambda_service.stream_reading import StreamReader

LONGEST_WAIT = 300.0
"""Seconds between two tries. AWS documents the retry, not the wait."""

WAITING_NOTE = (
    "The records wait in the stream, for 24 hours at most, and the function's log stays empty. AWS "
    "does not document what else becomes of a mapping whose role loses this permission later."
)


@dataclass(slots=True)
class StreamMapping:
    """Reads one table's stream for one function."""

    waits_for: ClassVar[str] = "Lambda tries a batch again"

    reader: StreamReader
    function_arn: str
    settings: StreamSettings
    clock: Clock
    emit: e.Emit
    invoke: Callable[[e.Json], Invocation]
    send_failure: Callable[[e.Json], str | None]
    """Sends a document to the destination on failure; returns its message id. ``ClientError`` if
    refused."""

    new_id: Callable[[], str]
    enabled: bool = True

    _batches: list[Batch] = field(default_factory=list)
    """Read and not done, in order."""

    _failures: int = 0
    """Tries in a row that failed."""

    _retry_at: float = 0.0

    def forget_credentials(self) -> None:
        """Assume the role again before the next read."""
        self.reader.forget_credentials()

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.reader.forget()
        self._batches.clear()
        self._failures, self._retry_at = 0, 0.0
        self.enabled = True

    def due_at(self) -> float | None:
        """Return when the mapping can do something, in epoch seconds; None: nothing waits."""
        if not self.enabled:
            return None
        if self._batches:
            return max(self._retry_at, self.clock.now())
        return self._read_at()

    def act(self) -> bool:
        """Run the function on the next batch, when it is due; tell whether anything was done."""
        if not self.enabled or self.clock.now() < self._retry_at:
            return False
        if not self._batches and not self._read():
            return False
        self._work()
        return True

    # -- reading --

    def _read_at(self) -> float | None:
        """Return when the next batch is full, or its batching window ends; None: nothing waits."""
        unread = self.reader.unread()
        if unread is None or unread.oldest_at is None:
            return None
        now = self.clock.now()
        if unread.count >= self.settings.batch_size:
            return now
        return max(now, unread.oldest_at + self.settings.batching_window)

    def _read(self) -> bool:
        due = self._read_at()
        if due is None or due > self.clock.now():
            return False
        try:
            records = self.reader.read(self.settings.batch_size)
        except ClientError as error:
            self._announce_refusal(error)
            return False
        self._batches = list(batches(records, self.settings.batch_size))
        if records:
            self.emit(
                e.StreamRecordsReceived(
                    time=self.clock.elapsed(), table=self.reader.table, records=tuple(records)
                )
            )
        return bool(records)

    def _announce_refusal(self, error: ClientError) -> None:
        self.forget_credentials()
        unread = self.reader.unread()
        self.emit(
            e.StreamPollRefused(
                time=self.clock.elapsed(),
                table=self.reader.table,
                code=error.response["Error"]["Code"],
                reason=error.response["Error"]["Message"],
                waiting=unread.count if unread is not None else 0,
                note=WAITING_NOTE,
            )
        )

    # -- one batch --

    def _work(self) -> None:
        old, batch = expired(self._batches[0], self.clock.now(), self.settings)
        self._batches[0:1] = [batch] if batch.records else []
        if old:
            self._give_up(
                GivenUp(
                    old,
                    AGE_EXCEEDED,
                    self.new_id(),
                    batch.invocations,
                    function_failed=True,
                )
            )
        if not batch.records:
            return
        invocation = self.invoke({"Records": list(batch.records)})
        if invocation.error_type == THROTTLED:
            self._retry(batch, invocation.error_message)
            return
        batch = self._batches[0] = replace(batch, invocations=batch.invocations + 1)
        failed_from = self._failed_from(invocation, batch)
        self._announce_done(batch.records[:failed_from])
        if failed_from is None:
            self._batches.pop(0)
            self._failures, self._retry_at = 0, 0.0
        else:
            self._settle(batch, failed_from, invocation)

    def _announce_done(self, records: Sequence[e.Json]) -> None:
        if records:
            self.emit(
                e.StreamRecordsProcessed(
                    time=self.clock.elapsed(), table=self.reader.table, records=tuple(records)
                )
            )

    def _failed_from(self, invocation: Invocation, batch: Batch) -> int | None:
        if invocation.error_type is not None:
            return 0
        if not self.settings.report_batch_item_failures:
            return None
        return first_failed(invocation.response, batch)

    def _settle(self, batch: Batch, failed_from: int, invocation: Invocation) -> None:
        verdict = after_failure(batch, failed_from, self.settings)
        self._batches[0:1] = verdict.again
        reason = invocation.error_message or "The function reported a record as failed."
        if verdict.given_up:
            self._failures, self._retry_at = 0, 0.0
            self._give_up(
                GivenUp(
                    verdict.given_up,
                    RETRIES_EXHAUSTED,
                    invocation.request_id,
                    batch.invocations,
                    invocation.error_type is not None,
                )
            )
        elif verdict.was_split:
            sizes = tuple(len(part.records) for part in verdict.again)
            self.emit(
                e.StreamBatchSplit(
                    time=self.clock.elapsed(),
                    table=self.reader.table,
                    first_sequence_number=batch.first,
                    last_sequence_number=batch.last,
                    sizes=sizes,
                    reason=reason,
                )
            )
        else:
            self._retry(verdict.again[0], reason)

    def _retry(self, batch: Batch, reason: str) -> None:
        """Let a batch wait: longer each time, but not beyond the end of its oldest record."""
        self._failures += 1
        now = self.clock.now()
        wait = min(2.0 ** (self._failures - 1), LONGEST_WAIT)
        end = created_at(batch.records[0]) + self.settings.longest_age
        self._retry_at = max(now, min(now + wait, end))
        self.emit(
            e.StreamBatchRetried(
                time=self.clock.elapsed(),
                table=self.reader.table,
                first_sequence_number=batch.first,
                last_sequence_number=batch.last,
                attempt=batch.invocations + 1,
                wait=round(self._retry_at - now, 3),
                reason=reason,
            )
        )

    def _give_up(self, given_up: GivenUp) -> None:
        destination, message_id, note = self.settings.on_failure, None, ""
        if destination is not None:
            document = failure_document(
                given_up,
                function_arn=self.function_arn,
                stream_arn=self.reader.stream_arn,
                shard_id=self.reader.shard_id,
                timestamp=self.clock.iso(),
            )
            try:
                message_id = self.send_failure(document)
            except ClientError as error:
                destination, note = None, error.response["Error"]["Message"]
        self.emit(
            e.StreamRecordsDiscarded(
                time=self.clock.elapsed(),
                table=self.reader.table,
                records=tuple(given_up.records),
                reason=given_up.condition,
                destination=destination,
                message_id=message_id,
                note=note,
            )
        )
