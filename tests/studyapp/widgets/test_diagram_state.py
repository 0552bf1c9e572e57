from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.counts import QueueCount
from pipeline.events import PipelineEvent
from pipeline.topology import make_topology
from studyapp.widgets.diagram_folding import advance, start_passing, with_counts
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from tests.studyapp.widgets.samples import authorized, denied, every_event


def folded(*events: PipelineEvent, topology: str = "thumbnails") -> DiagramState:
    state = DiagramState.initial(make_topology(topology))
    for event in events:
        state = advance(state, event)
    return state


def sent(key: str, message_id: str, time: float = 0) -> PipelineEvent:
    return e.NotificationSent(
        time=time,
        bucket="uploads-123456789012",
        key=key,
        destination="jobs",
        destination_kind="queue",
        message_id=message_id,
        message={},
    )


def received(*message_ids: str, time: float = 0) -> PipelineEvent:
    return e.BatchReceived(
        time=time, queue="jobs", messages=tuple({"MessageId": m} for m in message_ids)
    )


def returned(message_id: str, *, time: float, visible_in: float) -> PipelineEvent:
    return e.MessageReturned(
        time=time,
        queue="jobs",
        message_id=message_id,
        receive_count=1,
        max_receive_count=5,
        visible_in=visible_in,
    )


def test_at_first_nothing_passes_and_nothing_is_there() -> None:
    state = DiagramState.initial()
    assert set(state.arrows.values()) == {ArrowState.IDLE}
    assert (state.entered, state.visible, state.in_flight, state.passing) == (0, 0, 0, None)


def test_an_allowed_call_marks_its_arrow_and_passes_over_it() -> None:
    event = authorized("function-reads-uploads")
    state = folded(event)
    assert state.arrows["function-reads-uploads"] is ArrowState.ALLOWED
    assert state.passing == "function-reads-uploads"
    assert state.last_decision_by_arrow["function-reads-uploads"] is event


def test_a_denied_call_marks_its_arrow_and_nothing_passes() -> None:
    event = denied("function-writes-metadata")
    state = folded(event)
    assert state.arrows["function-writes-metadata"] is ArrowState.DENIED
    assert state.passing is None
    assert state.last_decision_by_arrow["function-writes-metadata"] is event


def test_a_call_without_an_arrow_changes_nothing() -> None:
    assert folded(replace(authorized("s3-to-queue"), arrow=None)) == DiagramState.initial()


def test_a_call_that_waits_for_its_decision_is_passing() -> None:
    state = start_passing(DiagramState.initial(), "s3-to-queue")
    assert state.arrows["s3-to-queue"] is ArrowState.PASSING
    assert start_passing(state, None) == DiagramState.initial()


def test_a_refused_notification_ends_what_passes() -> None:
    event = next(x for x in every_event() if isinstance(x, e.NotificationRefused))
    assert folded(authorized("s3-to-queue"), event).passing is None


def test_a_message_moves_from_visible_to_in_flight_and_away() -> None:
    state = folded(sent("a", "1"), sent("b", "2"), received("1"))
    assert (state.visible, state.in_flight) == (1, 1)
    state = advance(state, e.MessageDeleted(time=1, queue="jobs", message_id="1"))
    assert (state.visible, state.in_flight) == (1, 0)


def test_a_returned_message_stays_in_flight_until_its_timeout_ends() -> None:
    state = folded(sent("a", "1"), received("1"), returned("1", time=1, visible_in=30))
    assert (state.visible, state.in_flight) == (0, 1)
    state = advance(state, e.TimeSkipped(time=31, seconds=30, until=""))
    assert (state.visible, state.in_flight) == (1, 0)
    state = advance(state, received("1", time=31))
    assert (state.visible, state.in_flight) == (0, 1)


def test_a_dead_lettered_message_leaves_the_queue_and_can_come_back() -> None:
    dead = e.MessageDeadLettered(
        time=9,
        queue="jobs",
        dead_letter_queue="jobs-dead-letter",
        message_id="1",
        receive_count=5,
        body={},
        reason="",
    )
    state = folded(sent("a", "1"), received("1"), dead)
    assert (state.visible, state.in_flight, state.dead_lettered) == (0, 0, 1)
    state = advance(state, e.MessagesRedriven(time=9, queue="jobs", count=1))
    assert (state.visible, state.dead_lettered) == (1, 0)


def test_objects_and_items_count_once_however_often_they_are_written() -> None:
    upload = e.ObjectStored(
        time=0, bucket="uploads-123456789012", key="a", size=1, event_name="ObjectCreated:Put"
    )
    other = replace(upload, bucket="thumbnails-123456789012")
    item = e.ItemRecorded(time=0, table="images", image_id="1", status="processing", item={})
    state = folded(upload, upload, other, item, replace(item, status="done"))
    assert (state.entered, state.thumbnails, state.items) == (1, 1, 1)


def test_a_broken_arrow_forgets_its_last_call_and_so_does_a_restored_one() -> None:
    state = folded(authorized("s3-to-queue"), e.ArrowBroken(time=1, arrow="s3-to-queue"))
    assert state.broken == {"s3-to-queue"}
    assert state.arrows["s3-to-queue"] is ArrowState.IDLE
    assert folded(e.ArrowBroken(time=1, arrow="x"), e.ArrowRestored(time=1, arrow="x")).broken == (
        frozenset()
    )


def test_a_snapshot_corrects_the_counters() -> None:
    state = folded(sent("a", "1"), received("1"), returned("1", time=0, visible_in=30))
    state = with_counts(
        state,
        queues={"jobs": QueueCount(3), "jobs-dead-letter": QueueCount(1)},
        objects={"uploads-123456789012": 4, "thumbnails-123456789012": 2},
        table_items={"images": 2},
        broken={"s3-to-queue"},
    )
    assert (state.entered, state.visible, state.dead_lettered) == (4, 3, 1)
    later = advance(state, e.TimeSkipped(time=60, seconds=60, until=""))
    assert (later.visible, later.in_flight) == (3, 0)


def test_the_queue_is_empty_once_the_sandbox_is_ready() -> None:
    opening = [x for x in every_event() if isinstance(x, e.DestinationTested | e.SandboxReady)]
    tested, ready = sorted(opening, key=lambda x: isinstance(x, e.SandboxReady))
    assert folded(tested).visible == 1
    assert folded(tested, ready) == DiagramState.initial()


def test_a_reset_starts_anew() -> None:
    state = folded(*every_event(), e.SandboxReset(time=9))
    assert state == DiagramState.initial()


@given(st.lists(st.sampled_from(every_event()), max_size=30))
def test_no_order_of_events_makes_a_counter_negative(events: list[PipelineEvent]) -> None:
    state = folded(*events)
    counters = (state.visible, state.in_flight, state.dead_lettered, state.items, state.entered)
    assert min(counters) >= 0


def delivered(queue: str, message_id: str) -> PipelineEvent:
    return e.SubscriptionDelivered(
        time=0,
        topic="uploads",
        source_message_id="p-1",
        protocol="sqs",
        endpoint=f"arn:aws:sqs:us-east-1:123456789012:{queue}",
        message_id=message_id,
        body={},
    )


def test_what_a_topic_takes_is_counted_there_and_in_each_queue_that_it_is_pushed_to() -> None:
    published = e.MessagePublished(
        time=0, topic="uploads", message_id="p-1", body={}, attributes={}, subject=None
    )
    state = folded(
        published, delivered("index-jobs", "m-1"), delivered("audit-jobs", "m-2"), topology="fanout"
    )

    assert state.passed == {"topic": 1}
    assert state.queue("index-jobs").visible == state.queue("audit-jobs").visible == 1
    assert state.visible == 2


def test_the_messages_of_one_queue_are_not_those_of_another() -> None:
    state = folded(
        delivered("index-jobs", "m-1"),
        e.BatchReceived(time=0, queue="index-jobs", messages=({"MessageId": "m-1"},)),
        delivered("audit-jobs", "m-2"),
        e.MessageDeleted(time=0, queue="index-jobs", message_id="m-1"),
        topology="fanout",
    )

    assert state.queue("index-jobs").total == 0
    assert state.queue("audit-jobs") == QueueCount(visible=1)


def test_an_event_is_counted_at_the_bus_and_at_each_rule_that_it_matches() -> None:
    put = e.EventPut(
        time=0, bus="default", event_id="1", source="aws.s3", detail_type="", envelope={}
    )
    matched = e.EventMatched(time=0, bus="default", rule="small-photos", event_id="1")
    unmatched = e.EventUnmatched(time=0, bus="default", event_id="1")
    state = folded(put, matched, unmatched, topology="eventbridge")

    assert state.passed == {"bus": 1, "small-rule": 1}


def test_a_function_runs_while_any_of_its_invocations_does() -> None:
    def invoked(request_id: str) -> PipelineEvent:
        return e.FunctionInvoked(
            time=0, function="thumbnail", request_id=request_id, payload={}, cold_start=False
        )

    returned = e.FunctionReturned(
        time=1, function="thumbnail", request_id="1", response=None, duration_ms=1.0
    )
    state = folded(invoked("1"), invoked("2"), returned)

    assert state.running == {"2": "thumbnail"}


def test_what_comes_in_is_counted_where_it_comes_in() -> None:
    published = e.MessagePublished(
        time=0, topic="orders", message_id="p-1", body={}, attributes={}, subject=None
    )
    record = e.ItemRecorded(time=0, table="people", image_id="p-1", status="", item={})

    assert folded(published, topology="orders").entered == 1
    assert folded(record, topology="records").entered == 1


def test_a_message_for_a_place_that_is_no_queue_changes_no_counter() -> None:
    invoked = e.TargetInvoked(
        time=0,
        rule="small-photos",
        target="arn:aws:lambda:us-east-1:123456789012:function:small",
        target_kind="function",
        source_message_id="1",
        message_id="2",
        body={},
    )

    assert folded(invoked, topology="eventbridge").queues == {}
