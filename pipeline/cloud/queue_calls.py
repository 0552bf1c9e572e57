"""SQS's calls that carry messages, answered from the queues' stores.

The emulator keeps the queues and their attributes; messages never enter it. A call to a queue that
does not exist goes on to the emulator, which refuses it. While a long poll waits, the emulator is
free for everybody else, and a send wakes it; where the sandbox's time is counted, nobody else would
move it, so the wait does.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.clock import Clock
from pipeline.cloud.message_checks import (
    check_batch,
    check_batch_size,
    check_message,
)
from pipeline.cloud.queue_answers import digest_of_attributes, digest_of_body, received
from pipeline.cloud.refusals import (
    SqsRefusalError,
    answer_each,
    check_range,
    invalid_value,
    receipt_checked,
    refusing,
)
from pipeline.cloud.stored_queues import StoredQueues
from pipeline.fidelity.entered import EMULATOR_LOCK, entered
from pipeline.gate.calls import ApiCall, Caller, Check
from pipeline.iam import wire
from pipeline.queueing.departures import (
    HiddenTooLongError,
    InFlightLimitError,
)
from pipeline.queueing.message import LONGEST_VISIBILITY, Outgoing
from pipeline.queueing.store import MessageStore

MOST_RECEIVED = 10
LONGEST_WAIT = 20
"""Seconds of a long poll."""

LONGEST_NAP = 0.25
"""Real seconds after which a waiting poll looks whether the sandbox's clock was moved."""

Parameters = Mapping[str, Any]


class QueueCalls:
    """Answers the calls of one sandbox."""

    def __init__(self, queues: StoredQueues, clock: Clock, new_id: Callable[[], str]) -> None:
        self._queues = queues
        self._clock = clock
        self._new_id = new_id
        self._something_visible = threading.Condition(EMULATOR_LOCK)

    def checks(self) -> dict[tuple[str, str], Check]:
        """Return the answers by service and operation."""
        answers: dict[str, Callable[[ApiCall, str], dict[str, Any]]] = {
            "SendMessage": self._send,
            "SendMessageBatch": self._send_batch,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_batch,
            "ChangeMessageVisibility": self._change_visibility,
            "ChangeMessageVisibilityBatch": self._change_visibility_batch,
        }
        return {
            ("sqs", operation): refusing(self._answering(answer), self._new_id)
            for operation, answer in answers.items()
        }

    def _answering(
        self, answer: Callable[[ApiCall, str], dict[str, Any]]
    ) -> Callable[[ApiCall], wire.WireResponse | None]:
        def check(call: ApiCall) -> wire.WireResponse | None:
            name = str(call.parameters["QueueUrl"]).rpartition("/")[2]
            try:
                with entered(self._clock):
                    if not self._queues.queue_exists(name):
                        return None
                    self._clock.tick()
                    return self._written(answer(call, name))
            finally:
                self._queues.act()

        return check

    def _written(self, answer: Mapping[str, Any]) -> wire.WireResponse:
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amzn-requestid": self._new_id(),
        }
        return wire.WireResponse(200, headers, json.dumps(answer).encode(), "", "")

    # -- sending --

    def _send(self, call: ApiCall, name: str) -> dict[str, Any]:
        return self._put(call.caller, name, call.parameters)

    def _send_batch(self, call: ApiCall, name: str) -> dict[str, Any]:
        entries = call.parameters["Entries"]
        check_batch(entries, "SendMessage")
        check_batch_size(entries)
        return answer_each(entries, lambda entry: self._put(call.caller, name, entry))

    def _put(self, caller: Caller, name: str, entry: Parameters) -> dict[str, Any]:
        store = self._queues.store(name)
        check_message(entry, store.settings, self._queues.largest_message(name))
        attributes = entry.get("MessageAttributes") or {}
        system = {"SenderId": caller.user_id}
        for attribute, value in (entry.get("MessageSystemAttributes") or {}).items():
            system[attribute] = value["StringValue"]
        outgoing = Outgoing(
            entry["MessageBody"],
            attributes,
            system,
            entry.get("DelaySeconds"),
            entry.get("MessageGroupId"),
            entry.get("MessageDeduplicationId"),
        )
        sent = store.send(outgoing, self._clock.now())
        self._something_visible.notify_all()
        answer = {
            "MessageId": sent.message_id,
            "MD5OfMessageBody": digest_of_body(outgoing.body),
        }
        if attributes:
            answer["MD5OfMessageAttributes"] = digest_of_attributes(attributes)
        if len(system) > 1:
            answer["MD5OfMessageSystemAttributes"] = digest_of_attributes(
                entry["MessageSystemAttributes"]
            )
        if sent.sequence_number is not None:
            answer["SequenceNumber"] = sent.sequence_number
        return answer

    # -- receiving --

    def _receive(self, call: ApiCall, name: str) -> dict[str, Any]:
        asked = call.parameters
        count = asked.get("MaxNumberOfMessages", 1)
        check_range("MaxNumberOfMessages", count, 1, MOST_RECEIVED)
        wait = asked.get("WaitTimeSeconds")
        if wait is None:
            wait = self._queues.receive_wait(name)
        check_range("WaitTimeSeconds", wait, 0, LONGEST_WAIT)
        timeout = asked.get("VisibilityTimeout")
        check_range("VisibilityTimeout", timeout or 0, 0, LONGEST_VISIBILITY)
        messages = self._poll(name, count, timeout, self._clock.now() + wait)
        system = {*asked.get("AttributeNames", ()), *asked.get("MessageSystemAttributeNames", ())}
        attributes = asked.get("MessageAttributeNames", ())
        found = [received(message, system, attributes) for message in messages]
        return {"Messages": found} if found else {}

    def _poll(self, name: str, count: int, timeout: int | None, until: float) -> Sequence[Any]:
        while True:
            store, now = self._queues.store(name), self._clock.now()
            try:
                messages = store.receive(count, now, timeout)
            except InFlightLimitError:
                raise SqsRefusalError(
                    "OverLimit",
                    "The maximum number of messages in flight is reached: "
                    f"{store.settings.in_flight_limit}.",
                    403,
                ) from None
            if messages or now >= until:
                return messages
            self._wait(store, now, until)
            if not self._queues.queue_exists(name):
                return ()

    def _wait(self, store: MessageStore, now: float, until: float) -> None:
        """Wait until something may have changed, at the latest until the poll ends."""
        if self._clock.runs:
            self._something_visible.wait(min(until - now, LONGEST_NAP))
            return
        next_visible_at = store.next_visible_at(now)
        at = until if next_visible_at is None else min(until, next_visible_at)
        self._clock.skip(max(at - now, 0.001))

    # -- receipts --

    def _delete(self, call: ApiCall, name: str) -> dict[str, Any]:
        self._remove(name, call.parameters)
        return {}

    def _delete_batch(self, call: ApiCall, name: str) -> dict[str, Any]:
        check_batch(call.parameters["Entries"], "DeleteMessage")
        return answer_each(call.parameters["Entries"], lambda entry: self._remove(name, entry))

    def _remove(self, name: str, entry: Parameters) -> dict[str, Any]:
        handle = entry["ReceiptHandle"]
        with receipt_checked(handle):
            self._queues.store(name).delete(handle, self._clock.now())
        self._something_visible.notify_all()
        return {}

    def _change_visibility(self, call: ApiCall, name: str) -> dict[str, Any]:
        return self._change(name, call.parameters)

    def _change_visibility_batch(self, call: ApiCall, name: str) -> dict[str, Any]:
        check_batch(call.parameters["Entries"], "ChangeMessageVisibility")
        return answer_each(call.parameters["Entries"], lambda entry: self._change(name, entry))

    def _change(self, name: str, entry: Parameters) -> dict[str, Any]:
        handle, timeout = entry["ReceiptHandle"], entry.get("VisibilityTimeout", 0)
        check_range("VisibilityTimeout", timeout, 0, LONGEST_VISIBILITY)
        with receipt_checked(handle):
            try:
                self._queues.store(name).change_visibility(handle, timeout, self._clock.now())
            except HiddenTooLongError:
                raise invalid_value(
                    timeout,
                    "VisibilityTimeout",
                    "Total VisibilityTimeout for the message is beyond the limit "
                    f"[{LONGEST_VISIBILITY} seconds]",
                ) from None
        self._something_visible.notify_all()
        return {}
