"""Reading a DynamoDB stream for a function, with its execution role's credentials.

The reader keeps its place. What it has read counts as read only once the whole read is done, so a
read that breaks off is made again from where the last one ended. AWS has the role be granted
``dynamodb:ListStreams`` too (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html); to read
one stream it is not needed here.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipeline.cloud.stored_streams import Unread
from pipeline.events import Json
from pipeline.lambda_service.stream_batches import function_record, sequence_number

RECORDS_LIMIT = 1000
"""The most records that one GetRecords returns."""


@dataclass(slots=True)
class StreamReader:
    """Reads the one shard of a table's stream, in order."""

    table: str
    starting_position: str
    """TRIM_HORIZON or LATEST."""

    connect: Callable[[], Any]
    """Returns a ``dynamodbstreams`` client with the execution role's credentials; ``ClientError``
    if refused."""

    look: Callable[[str | None], Unread | None]
    """Tells what the stream holds after a sequence number; None while the table has no stream."""

    stream_arn: str = ""
    shard_id: str = ""
    _streams: Any = None
    _iterator: str | None = None
    _read_up_to: str | None = None
    """The sequence number of the last record read."""

    def forget_credentials(self) -> None:
        """Connect again before the next read."""
        self._streams, self._iterator = None, None

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self.forget_credentials()
        self.stream_arn, self.shard_id, self._read_up_to = "", "", None

    def unread(self) -> Unread | None:
        """Return what waits; a stream that was not there before is begun at its position."""
        found = self.look(self._read_up_to)
        if found is None or found.stream_arn == self.stream_arn:
            return found
        self.forget()
        self.stream_arn = found.stream_arn
        if self.starting_position == "LATEST":
            self._read_up_to = found.newest
        return self.look(self._read_up_to)

    def read(self, count: int) -> list[Json]:
        """Return up to ``count`` records as the function gets them; ``ClientError`` if refused."""
        if self._streams is None:
            self._streams = self._connected()
        records: list[Json] = []
        iterator = self._iterator
        while len(records) < count:
            limit = min(RECORDS_LIMIT, count - len(records))
            try:
                if iterator is None:
                    iterator = self._new_iterator()
                answer = self._streams.get_records(ShardIterator=iterator, Limit=limit)
            except ClientError as error:
                if records or not self._begins_again(error, had_iterator=iterator is not None):
                    raise
                iterator = None
                continue
            iterator = answer.get("NextShardIterator")
            got = [function_record(record, self.stream_arn) for record in answer["Records"]]
            records += got
            if len(got) < limit:
                break
        self._iterator = iterator
        if records:
            self._read_up_to = sequence_number(records[-1])
        return records

    def _connected(self) -> Any:
        streams = self.connect()
        answer = streams.describe_stream(StreamArn=self.stream_arn)
        self.shard_id = answer["StreamDescription"]["Shards"][-1]["ShardId"]
        return streams

    def _new_iterator(self) -> str:
        place = {"StreamArn": self.stream_arn, "ShardId": self.shard_id}
        if self._read_up_to is None:
            place["ShardIteratorType"] = "TRIM_HORIZON"
        else:
            place["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER"
            place["SequenceNumber"] = self._read_up_to
        iterator: str = self._streams.get_shard_iterator(**place)["ShardIterator"]
        return iterator

    def _begins_again(self, error: ClientError, *, had_iterator: bool) -> bool:
        """Tell whether another iterator helps: after 15 minutes, or when records were dropped."""
        code = error.response["Error"]["Code"]
        if code == "ExpiredIteratorException":
            return had_iterator
        if code == "TrimmedDataAccessException" and self._read_up_to is not None:
            self._read_up_to = None
            return True
        return False
