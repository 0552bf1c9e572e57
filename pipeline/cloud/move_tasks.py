"""Message move tasks: a dead-letter queue's messages go back to where they came from, or elsewhere.

Moved messages are new: with a new id, a new time and a receive count that starts again. What is
visible moves; what is in flight stays. With a rate the moving takes the sandbox's time, without one
it is done at once (simplified: SQS then chooses a rate). SQS answers tasks of the same queue one at
a time.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.refusals import SqsRefusalError, check_range, refusing
from pipeline.cloud.stored_queues import StoredQueues
from pipeline.fidelity.entered import entered
from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.queueing.message import Outgoing

FASTEST = 500
"""Messages a second."""

MOST_LISTED = 10
NO_SOURCE = "CouldNotDetermineMessageSource"
"""Why a task fails whose message no queue's redrive policy had moved there.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
"""

NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
"""Why a task fails whose source or destination was deleted."""


@dataclass(slots=True)
class _Task:
    handle: str
    source: str
    destination: str | None
    rate: int | None
    started_at: float
    to_move: int
    moved: int = 0
    status: str = "RUNNING"
    failure: str = ""

    def document(self) -> dict[str, Any]:
        """Return the task as ListMessageMoveTasks writes it."""
        written = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure or None,
            "StartedTimestamp": int(self.started_at * 1000),
        }
        return {name: value for name, value in written.items() if value is not None}


@dataclass(slots=True)
class MoveTasks:
    """The tasks of one sandbox: answers their calls, and moves messages when their time comes."""

    waits_for: ClassVar[str] = "more messages may move"

    queues: StoredQueues
    clock: Clock
    emit: e.Emit
    new_id: Callable[[], str]
    _tasks: list[_Task] = field(default_factory=list)

    def checks(self) -> dict[tuple[str, str], Check]:
        """Return the answers by service and operation."""
        answers = {
            "StartMessageMoveTask": self._start,
            "ListMessageMoveTasks": self._list,
            "CancelMessageMoveTask": self._cancel,
        }
        return {
            ("sqs", operation): refusing(self._answering(answer), self.new_id)
            for operation, answer in answers.items()
        }

    def _answering(
        self, answer: Callable[[ApiCall], dict[str, Any]]
    ) -> Callable[[ApiCall], wire.WireResponse]:
        def check(call: ApiCall) -> wire.WireResponse:
            self.clock.tick()
            body = json.dumps(answer(call)).encode()
            headers = {
                "content-type": "application/x-amz-json-1.0",
                "x-amzn-requestid": self.new_id(),
            }
            return wire.WireResponse(200, headers, body, "", "")

        return check

    # -- calls --

    def _start(self, call: ApiCall) -> dict[str, Any]:
        source, destination = call.parameters["SourceArn"], call.parameters.get("DestinationArn")
        rate = call.parameters.get("MaxNumberOfMessagesPerSecond")
        if rate is not None:
            check_range("MaxNumberOfMessagesPerSecond", rate, 1, FASTEST)
        self._check_queues(source, destination)
        if any(task.source == source and task.status == "RUNNING" for task in self._tasks):
            raise SqsRefusalError(
                "InvalidParameterValue",
                "There is already a task running. Only one active task is allowed for a source "
                "queue arn at a given time.",
            )
        named = json.dumps({"taskId": self.new_id(), "sourceArn": source}).encode()
        handle = base64.b64encode(named).decode()
        to_move = self.queues.queue_state(_name(source)).visible
        task = _Task(handle, source, destination, rate, self.clock.now(), to_move)
        self._tasks.insert(0, task)
        if rate is None or not to_move:
            self._move(task, max(to_move, 1))
        if rate is None and task.status == "RUNNING":
            task.status = "COMPLETED"
        return {"TaskHandle": handle}

    def _check_queues(self, source: str, destination: str | None) -> None:
        for parameter, arn in (("SourceArn", source), ("DestinationArn", destination)):
            if arn is not None and not self.queues.queue_exists(_name(arn)):
                raise SqsRefusalError(
                    "ResourceNotFoundException",
                    f"The resource that you specified for the {parameter} parameter doesn't exist.",
                    404,
                )
        if self.queues.source_of_dead_letters(_name(source)) is None:
            raise SqsRefusalError(
                "InvalidParameterValue",
                "Source queue must be configured as a Dead Letter Queue.",
            )
        kinds = {arn.endswith(".fifo") for arn in (source, destination) if arn is not None}
        if len(kinds) > 1:
            raise SqsRefusalError(
                "InvalidParameterValue",
                "The source queue and destination queue must be of the same queue type.",
            )

    def _list(self, call: ApiCall) -> dict[str, Any]:
        most = call.parameters.get("MaxResults", 1)
        check_range("MaxResults", most, 1, MOST_LISTED)
        source = call.parameters["SourceArn"]
        found = [task.document() for task in self._tasks if task.source == source]
        return {"Results": found[:most]}

    def _cancel(self, call: ApiCall) -> dict[str, Any]:
        handle = call.parameters["TaskHandle"]
        task = next((task for task in self._tasks if task.handle == handle), None)
        if task is None:
            raise SqsRefusalError("ResourceNotFoundException", "Task does not exist.", 404)
        if task.status != "RUNNING":
            raise SqsRefusalError("InvalidParameterValue", "Only running tasks can be cancelled.")
        self.act()
        if task.status == "RUNNING":
            task.status = "CANCELLED"
        return {"ApproximateNumberOfMessagesMoved": task.moved}

    # -- moving, as time passes --

    def due_at(self) -> float | None:
        """Return when the next message moves, in epoch seconds; None when no task runs."""
        times = [
            task.started_at + (task.moved + 1) / task.rate
            for task in self._tasks
            if task.status == "RUNNING" and task.rate
        ]
        return min(times, default=None)

    def act(self) -> bool:
        """Move what is due by now; tell whether anything was done."""
        done = False
        for task in self._tasks:
            if task.status == "RUNNING" and task.rate:
                # A billionth forgives what adding fractions of a second loses.
                due = int((self.clock.now() - task.started_at) * task.rate + 1e-6) - task.moved
                done = self._move(task, due) or done
        return done

    def forget(self) -> None:
        """Drop all tasks: the cloud was reset."""
        self._tasks.clear()

    def _move(self, task: _Task, most: int) -> bool:
        """Move up to so many visible messages; tell whether any moved."""
        moved: Counter[str] = Counter()
        with entered(self.clock):
            while most > 0 and task.status == "RUNNING":
                most -= 1
                self._move_one(task, moved)
        task.moved += moved.total()
        for target, count in moved.items():
            self.emit(e.MessagesRedriven(time=self.clock.elapsed(), queue=target, count=count))
        return bool(moved)

    def _move_one(self, task: _Task, moved: Counter[str]) -> None:
        if not self.queues.queue_exists(_name(task.source)):
            task.status, task.failure = "FAILED", NO_QUEUE
            return
        store, now = self.queues.store(_name(task.source)), self.clock.now()
        message = store.next_message(now)
        if message is None:
            task.status = "COMPLETED"
            return
        target = task.destination or message.dead_letter_source
        if target is None or not self.queues.queue_exists(_name(target)):
            task.status = "FAILED"
            task.failure = NO_SOURCE if target is None else NO_QUEUE
            return
        store.remove(message)
        outgoing = Outgoing(
            message.body,
            message.attributes,
            message.system,
            group_id=message.group_id,
            deduplication_id=message.deduplication_id,
        )
        self.queues.store(_name(target)).send(outgoing, now)
        moved[_name(target)] += 1
        if store.next_message(now) is None:
            task.status = "COMPLETED"


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
