"""Records of a table's stream, and the mapping that reads them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.base import Json, PipelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecordsReceived(PipelineEvent):
    """The Lambda service read records of a table's stream for the function."""

    table: str
    records: tuple[Json, ...]
    """As the function gets them: eventID, eventName, dynamodb …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecordsProcessed(PipelineEvent):
    """The function is done with records: the mapping goes on behind them."""

    table: str
    records: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamBatchRetried(PipelineEvent):
    """The function failed on a batch: it will get it again, and the shard waits for it."""

    table: str
    first_sequence_number: str
    last_sequence_number: str
    attempt: int
    """The number of the attempt to come: 2 for the first retry."""

    wait: float
    """Seconds until then. AWS documents that it retries, not after what time."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamBatchSplit(PipelineEvent):
    """The mapping split a batch that the function failed on, to find the record at fault."""

    table: str
    first_sequence_number: str
    last_sequence_number: str
    sizes: tuple[int, ...]
    """Records in each part that is tried again, in order."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecordsDiscarded(PipelineEvent):
    """The mapping gave records up: the function never gets them again."""

    table: str
    records: tuple[Json, ...]
    reason: str
    """RetryAttemptsExhausted or RecordAgeExceeded."""

    destination: str | None
    """The queue or topic that was told which records; None when nobody was."""

    message_id: str | None
    """The id of the message that told it."""

    note: str
    """Why nobody was told, if that was wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPollRefused(PipelineEvent):
    """The execution role may not read the stream: records wait, no function runs."""

    table: str
    code: str
    reason: str
    waiting: int
    """Records in the stream that the function has not had."""

    note: str
