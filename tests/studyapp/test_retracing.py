"""Live does again what a lesson did, and stops at the same call."""

from __future__ import annotations

from typing import Any

from pipeline import events as e
from studyapp import reports as r
from studyapp.commands import Retrace
from studyapp.study.walk_actions import BreakArrow, CallApi, Poll, RunUntilIdle, Submit
from studyapp.study.walk_record import Replay

UPLOAD = Submit("photo.txt", "no photo at all")


def test_it_stops_before_the_call_that_comes_next(desk: Any) -> None:
    desk.ask(Retrace(Replay("thumbnails", (UPLOAD,), Poll(), 2)))
    hop = desk.next_hop()
    assert (hop.actor, hop.operation) == ("function", "PutItem")
    assert len(desk.events(e.NotificationSent)) == 1
    assert len(desk.events(e.FunctionInvoked)) == 1


def test_it_goes_on_from_there_step_by_step(desk: Any) -> None:
    desk.ask(Retrace(Replay("thumbnails", (UPLOAD,), RunUntilIdle(), 0)))
    assert desk.next_hop().operation == "ReceiveMessage"
    desk.step_to("PutItem")
    assert len(desk.events(e.BatchReceived)) == 1


def test_without_a_last_action_everything_is_done_at_once(desk: Any) -> None:
    desk.ask(Retrace(Replay("thumbnails", (BreakArrow("s3-to-queue"), UPLOAD), None, 0)))
    desk.rest()
    assert len(desk.events(e.NotificationRefused)) == 1
    assert desk.last(r.PoliciesRead).broken_arrows == {"s3-to-queue"}


def test_what_a_service_refuses_is_refused_again_and_the_rest_is_done(desk: Any) -> None:
    refused = CallApi("sqs", "get_queue_url", {"QueueName": "no"})
    desk.ask(Retrace(Replay("thumbnails", (refused, UPLOAD), None, 0)))
    desk.rest()
    assert len(desk.events(e.ObjectStored)) == 1


def test_no_step_is_left_over_when_there_are_fewer_calls(desk: Any) -> None:
    desk.ask(Retrace(Replay("thumbnails", (), UPLOAD, 50)))
    desk.until(lambda x: isinstance(x, r.Happened) and desk_has(x, e.NotificationSent))
    desk.rest()
    assert desk.events(e.BatchReceived) == []


def desk_has(report: r.Happened, kind: type[Any]) -> bool:
    return any(isinstance(event, kind) for event in report.events)
