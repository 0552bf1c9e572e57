"""The event source mappings of one account: a poller for each that is stored, and none besides."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_functions import StoredFunctions, StoredMapping
from pipeline.cloud.stored_queues import QueueState
from pipeline.cloud.stored_streams import unread
from pipeline.lambda_service.destinations import Destinations
from pipeline.lambda_service.event_source import QueuePoller
from pipeline.lambda_service.recursion import RecursionDetection
from pipeline.lambda_service.runtimes import Runtimes
from pipeline.lambda_service.settling import Settling, SourceQueue
from pipeline.lambda_service.stream_batches import StreamSettings
from pipeline.lambda_service.stream_reading import StreamReader
from pipeline.lambda_service.stream_source import StreamMapping
from pipeline.turns import Agent


@dataclass(slots=True)
class Mappings:
    """Makes a poller for each mapping, and lets it follow the mapping's settings."""

    stored: Stored
    functions: StoredFunctions
    runtimes: Runtimes
    recursion: RecursionDetection
    destinations: Destinations
    connect: Callable[[str, str], Any]
    """For a function's name and boto3's name of a service: a client of its execution role, for
    polling; ``ClientError`` when the role cannot be assumed."""

    clock: Clock
    emit: e.Emit
    new_id: Callable[[], str]
    wait: Callable[[float, str], None]
    """Lets a batching window pass."""

    reasons: MutableMapping[str, str]
    """For messages that failed, by message id: the last error the function met with it."""

    _pollers: dict[str, QueuePoller | StreamMapping] = field(default_factory=dict)

    def agents(self) -> tuple[Agent, ...]:
        """Return the pollers of all mappings, as they stand now."""
        return tuple(self._poller(mapping) for mapping in self.functions.mappings())

    def queue_pollers(self) -> tuple[QueuePoller, ...]:
        """Return the pollers of queues."""
        return tuple(each for each in self.agents() if isinstance(each, QueuePoller))

    def forget_credentials(self) -> None:
        """Let each poller assume its role again."""
        for poller in self._pollers.values():
            poller.forget_credentials()

    def forget(self) -> None:
        """Start afresh, with an empty cloud."""
        self._pollers.clear()
        self.reasons.clear()

    # -- inside --

    def _poller(self, mapping: StoredMapping) -> QueuePoller | StreamMapping:
        poller = self._pollers.get(mapping.uuid)
        if poller is None:
            is_queue = mapping.source.split(":")[2] == "sqs"
            poller = self._queue_poller(mapping) if is_queue else self._stream(mapping)
            self._pollers[mapping.uuid] = poller
        if isinstance(poller, StreamMapping):
            poller.settings, poller.enabled = _stream_settings(mapping), mapping.enabled
        return poller

    def _queue_poller(self, mapping: StoredMapping) -> QueuePoller:
        name = mapping.source.rpartition(":")[2]
        queues = self.stored.queues

        def state() -> QueueState | None:
            return queues.queue_state(name) if queues.queue_exists(name) else None

        queue = SourceQueue(mapping.source, lambda: queues.max_receive_count(name))
        return QueuePoller(
            mapping.uuid,
            lambda: self.functions.mapping(mapping.uuid),
            queue,
            self.clock,
            self.emit,
            connect=lambda: self.connect(mapping.function, "sqs"),
            runtime=lambda: self.runtimes.runtime(mapping.function),
            settling=Settling(
                queue,
                self.clock,
                self.emit,
                lambda message_id: queues.visible_at(name, message_id),
                self.reasons,
            ),
            recursion=self.recursion,
            state=state,
            wait=self.wait,
        )

    def _stream(self, mapping: StoredMapping) -> StreamMapping:
        table = mapping.source.split("/")[1]

        def send_failure(document: e.Json) -> str | None:
            current = self.functions.mapping(mapping.uuid)
            if current is None or current.on_failure is None:
                return None
            return self.destinations.give(mapping.function, current.on_failure, document)

        return StreamMapping(
            reader=StreamReader(
                table,
                mapping.starting_position or "TRIM_HORIZON",
                connect=lambda: self.connect(mapping.function, "dynamodbstreams"),
                look=lambda after: unread(self.stored, table, after),
            ),
            function_arn=self.functions.arn(mapping.function),
            settings=_stream_settings(mapping),
            clock=self.clock,
            emit=self.emit,
            invoke=lambda event: self.runtimes.invoke(mapping.function, event),
            send_failure=send_failure,
            new_id=self.new_id,
        )


def _stream_settings(mapping: StoredMapping) -> StreamSettings:
    return StreamSettings(
        batch_size=mapping.batch_size,
        batching_window=mapping.batching_window,
        starting_position=mapping.starting_position or "TRIM_HORIZON",
        maximum_retry_attempts=mapping.maximum_retry_attempts,
        maximum_record_age=mapping.maximum_record_age,
        bisects_batch=mapping.bisects_batch,
        report_batch_item_failures=mapping.report_batch_item_failures,
        on_failure=mapping.on_failure,
    )
