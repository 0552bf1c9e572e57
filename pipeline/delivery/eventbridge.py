"""EventBridge: events are put on a bus, and each rule whose pattern they match has its targets.

Each target gets the event by itself, as ``events.amazonaws.com`` with the rule as
``aws:SourceArn``; the target's own policy must allow it
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html). A throttle or
an error on the target's side is retried, for 24 hours and 185 times unless the target says
otherwise (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html).
Missing permission, or a target that is gone, is not: the event goes to the target's dead-letter
queue at once, or is lost
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_rules import (
    DEFAULT_BUS,
    StoredRule,
    StoredTarget,
    bus_name,
    enabled_rules,
    kind_of,
)
from pipeline.delivery.bus_entries import entry_problem, event_of, request_problem
from pipeline.delivery.documents import document_of
from pipeline.delivery.failures import Failure, failure_of
from pipeline.delivery.targets import Targets
from pipeline.delivery.waiting import Waiting
from pipeline.gate.calls import ApiCall
from pipeline.iam import wire
from pipeline.matching.target_input import target_input

MOST_RETRIES = 185
LONGEST_AGE = 24 * 3600
"""Seconds."""

NOT_RETRIED = "EventBridge does not retry without permission, or when the target is not there"
EXHAUSTED = "EventBridge retried as long as the target's retry policy says and gave up"


def retry_wait(retries: int) -> float:
    """Return the seconds before a retry, by the number of retries before it.

    AWS documents an exponential backoff with jitter and no numbers: here it doubles from one
    second to ten minutes, without jitter.
    """
    return min(600.0, 2.0**retries)


@dataclass(frozen=True, slots=True)
class _Put:
    """An event on a bus whose rules have not been asked yet."""

    bus: str
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Delivery:
    """An event on its way to one target."""

    event: Mapping[str, Any]
    rule: StoredRule
    target: StoredTarget
    put_at: float
    """Epoch seconds."""

    due_at: float
    attempts: int = 0

    def exhausted_at(self, moment: float) -> str | None:
        """Return which limit of the target's retry policy forbids another attempt at a moment."""
        policy = self.target.settings.get("RetryPolicy") or {}
        if self.attempts >= int(policy.get("MaximumRetryAttempts", MOST_RETRIES)):
            return "MaximumRetryAttempts"
        longest = float(policy.get("MaximumEventAgeInSeconds", LONGEST_AGE))
        return "MaximumEventAgeInSeconds" if moment > self.put_at + longest else None


@dataclass(slots=True)
class EventBridge:
    """The event buses of one account."""

    waits_for: ClassVar[str] = "EventBridge tries a delivery again"

    stored: Stored
    clock: Clock
    emit: e.Emit
    targets: Targets
    new_id: Callable[[], str]
    _put: deque[_Put] = field(default_factory=deque)
    _waiting: Waiting[_Delivery] = field(default_factory=Waiting)

    # -- putting --

    def put(self, event: Mapping[str, Any], bus: str = DEFAULT_BUS) -> None:
        """Take an event, whole as rules see it, from a service or from PutEvents."""
        self._put.append(_Put(bus, event))
        self.emit(
            e.EventPut(
                time=self.clock.elapsed(),
                bus=bus,
                event_id=event["id"],
                source=event["source"],
                detail_type=event["detail-type"],
                envelope=dict(event),
            )
        )

    def answer_put_events(self, call: ApiCall) -> wire.WireResponse:
        """Answer PutEvents: a check of the gate's.

        Entries that are not taken are answered one by one, the others go on. An event for a bus
        that does not exist is taken and matches nothing, as EventBridge does it.
        """
        entries = call.parameters["Entries"]
        problem = request_problem(entries)
        if problem is not None:
            return wire.error(
                "events",
                "ValidationException",
                problem,
                400,
                protocol=call.protocol,
                request_id=self.new_id(),
            )
        answers = [self._take(entry) for entry in entries]
        failed = sum("ErrorCode" in answer for answer in answers)
        body = json.dumps({"FailedEntryCount": failed, "Entries": answers}).encode()
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": self.new_id()}
        return wire.WireResponse(200, headers, body, "", "")

    def _take(self, entry: Mapping[str, Any]) -> dict[str, str]:
        problem = entry_problem(entry)
        if problem is not None:
            return {"ErrorCode": problem[0], "ErrorMessage": problem[1]}
        event = event_of(
            entry, self.new_id(), self.stored.account, self.stored.region, self.clock.now()
        )
        self.put(event, bus_name(entry.get("EventBusName")))
        return {"EventId": event["id"]}

    # -- as an agent --

    def due_at(self) -> float | None:
        """Return when the next thing is due, in epoch seconds; None when nothing waits."""
        if self._put:
            return self.clock.now()
        return self._waiting.due_at()

    def act(self) -> bool:
        """Match what was put and deliver what is due; tell whether anything was done."""
        acted = bool(self._put)
        while self._put:
            self._match(self._put[0])
            self._put.popleft()
        for delivery in self._waiting.due(self.clock.now()):
            acted = True
            self._deliver(delivery)
        return acted

    def forget(self) -> None:
        """Drop everything: the cloud is empty."""
        self._put.clear()
        self._waiting.clear()

    # -- matching and delivering --

    def _match(self, put: _Put) -> None:
        now, matched = self.clock.now(), False
        for rule in enabled_rules(self.stored, put.bus):
            if rule.pattern is None or not rule.pattern.matches(put.event):
                continue
            matched = True
            self.emit(
                e.EventMatched(
                    time=self.clock.elapsed(),
                    bus=put.bus,
                    rule=rule.name,
                    event_id=put.event["id"],
                )
            )
            for target in rule.targets:
                self._waiting.add(_Delivery(put.event, rule, target, now, now))
        if not matched:
            self.emit(
                e.EventUnmatched(time=self.clock.elapsed(), bus=put.bus, event_id=put.event["id"])
            )

    def _deliver(self, delivery: _Delivery) -> None:
        rule, target = delivery.rule, delivery.target
        body = target_input(target.settings, delivery.event, rule.arn)
        try:
            message_id = self.targets.send(rule.arn, target, body)
        except ClientError as error:
            self._fail(delivery, failure_of(error))
            return
        self.emit(
            e.TargetInvoked(
                time=self.clock.elapsed(),
                rule=rule.name,
                target=target.arn,
                target_kind=kind_of(target.arn) or target.arn,
                source_message_id=delivery.event["id"],
                message_id=message_id,
                body=document_of(body),
            )
        )

    def _fail(self, delivery: _Delivery, failure: Failure) -> None:
        due_at = self.clock.now() + retry_wait(delivery.attempts)
        exhausted = delivery.exhausted_at(due_at)
        if failure.may_pass and exhausted is None:
            again = replace(delivery, due_at=due_at, attempts=delivery.attempts + 1)
            self._waiting.add(again)
            self.emit(
                e.TargetRetried(
                    time=self.clock.elapsed(),
                    rule=delivery.rule.name,
                    target=delivery.target.arn,
                    event_id=delivery.event["id"],
                    attempt=again.attempts,
                    wait=due_at - self.clock.now(),
                    code=failure.code,
                    reason=failure.reason,
                )
            )
        else:
            self._give_up(delivery, failure, exhausted if failure.may_pass else None)

    def _give_up(self, delivery: _Delivery, failure: Failure, exhausted: str | None) -> None:
        queue = self.targets.dead_letter(
            delivery.rule.arn,
            delivery.target,
            delivery.event,
            failure,
            retries=delivery.attempts,
            exhausted=exhausted,
        )
        self.emit(
            e.TargetRefused(
                time=self.clock.elapsed(),
                rule=delivery.rule.name,
                target=delivery.target.arn,
                event_id=delivery.event["id"],
                code=failure.code,
                reason=failure.reason,
                note=f"{NOT_RETRIED if exhausted is None else EXHAUSTED}; {_end(queue)}.",
                dead_letter_queue=queue,
            )
        )


def _end(queue: str | None) -> str:
    if queue:
        return f"the event is in {queue}"
    return "without a dead-letter queue that takes it, the event is lost for this target"
