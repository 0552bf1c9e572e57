from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline import events as e
from pipeline.events import PipelineEvent
from studyapp.widgets.diagram_folding import advance, start_passing, with_snapshot
from studyapp.widgets.diagram_state import ArrowState, DiagramState
from tests.studyapp.widgets.samples import authorized, denied, every_event


def folded(*events: PipelineEvent) -> DiagramState:
    state = DiagramState.initial()
    for event in events:
        state = advance(state, event)
    return state


def sent(key: str, message_id: str, time: float = 0) -> PipelineEvent:
    return e.NotificationSent(
        time=time,
        bucket="uploads-1",
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
    assert (state.uploads, state.visible, state.in_flight, state.passing) == (0, 0, 0, None)


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


def test_a_refused_notification_denies_the_first_arrow() -> None:
    event = next(x for x in every_event() if isinstance(x, e.NotificationRefused))
    assert folded(event).arrows["s3-to-queue"] is ArrowState.DENIED


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
        time=0, bucket="uploads-1", key="a", size=1, event_name="ObjectCreated:Put"
    )
    other = replace(upload, bucket="thumbnails-1")
    item = e.ItemRecorded(time=0, table="images", image_id="1", status="processing", item={})
    state = folded(upload, upload, other, item, replace(item, status="done"))
    assert (state.uploads, state.items) == (1, 1)


def test_a_broken_arrow_forgets_its_last_call_and_so_does_a_restored_one() -> None:
    state = folded(authorized("s3-to-queue"), e.ArrowBroken(time=1, arrow="s3-to-queue"))
    assert state.broken == {"s3-to-queue"}
    assert state.arrows["s3-to-queue"] is ArrowState.IDLE
    assert folded(e.ArrowBroken(time=1, arrow="x"), e.ArrowRestored(time=1, arrow="x")).broken == (
        frozenset()
    )


def test_a_snapshot_corrects_the_counters() -> None:
    state = folded(sent("a", "1"), received("1"), returned("1", time=0, visible_in=30))
    state = with_snapshot(
        state,
        uploads=4,
        visible=3,
        in_flight=0,
        delayed=0,
        dead_lettered=1,
        thumbnails=2,
        items=2,
        broken={"s3-to-queue"},
    )
    assert (state.uploads, state.visible, state.dead_lettered) == (4, 3, 1)
    later = advance(state, e.TimeSkipped(time=60, seconds=60, until=""))
    assert (later.visible, later.in_flight) == (3, 0)


def test_the_queue_is_empty_once_the_sandbox_is_ready() -> None:
    opening = [x for x in every_event() if isinstance(x, e.DestinationTested | e.SandboxReady)]
    tested, ready = sorted(opening, key=lambda x: isinstance(x, e.SandboxReady))
    assert folded(tested).visible == 1
    assert folded(tested, ready) == DiagramState.initial()


def test_a_reset_starts_anew() -> None:
    assert folded(*every_event(), e.SandboxReset(time=9)) == DiagramState.initial()


@given(st.lists(st.sampled_from(every_event()), max_size=30))
def test_no_order_of_events_makes_a_counter_negative(events: list[PipelineEvent]) -> None:
    state = folded(*events)
    counters = (state.visible, state.in_flight, state.dead_lettered, state.items, state.uploads)
    assert min(counters) >= 0
