"""A photo through the pipeline, and the arrows broken one by one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from pipeline import events as e
from pipeline.sandbox import RunCancelled, Sandbox, UploadError
from pipeline.topology import ARROW_NAMES
from pipeline.whereabouts import Place

Photo = Callable[..., bytes]


def test_a_photo_becomes_a_thumbnail_and_an_item(scene: Any, photo: Photo) -> None:
    state = scene.run(photo((640, 480)))

    assert state.place is Place.THUMBNAIL
    thumbnails = scene.sandbox.topology.thumbnails.name
    data = scene.sandbox.read_object(thumbnails, state.thumbnail_key)
    assert Image.open(io.BytesIO(data)).size == (256, 192)
    item = scene.sandbox.look_up_item(state.image_id)
    assert (item["status"], item["width"], item["height"]) == ("done", 640, 480)
    assert scene.sandbox.snapshot().items == 1


def test_the_hops_come_in_the_order_of_the_architecture(scene: Any, photo: Photo) -> None:
    scene.run(photo())

    assert scene.names() == [
        "ObjectStored",
        "NotificationSent",
        "BatchReceived",
        "FunctionInvoked",
        "ItemRecorded",
        "ThumbnailStored",
        "ItemRecorded",
        "LogsWritten",
        "FunctionReturned",
        "MessageDeleted",
    ]


def test_every_arrow_is_travelled_by_its_own_caller(scene: Any, photo: Photo) -> None:
    scene.run(photo())

    travelled = {x.arrow: (x.actor, x.caller) for x in scene.seen(e.RequestAuthorized) if x.arrow}
    assert travelled == {
        arrow.name: (arrow.actor, arrow.caller) for arrow in scene.sandbox.topology.arrows
    }


def test_the_function_runs_on_exactly_the_five_arrows_and_its_logs(
    scene: Any, photo: Photo
) -> None:
    scene.run(photo())

    role = scene.sandbox.topology.execution_role.name
    used = {
        x.action for x in scene.seen(e.RequestAuthorized) if f"assumed-role/{role}/" in x.caller
    }
    granted = {
        action
        for statement in scene.sandbox.policy("execution-role-policy")["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    # The log group exists already, and the attributes are read when the mapping begins to poll.
    assert granted - used <= {"logs:CreateLogGroup", "sqs:GetQueueAttributes"}
    assert used <= granted


ERRORS_IN_THE_LOG = {
    "function-reads-uploads": (
        "An error occurred (AccessDenied) when calling the GetObject operation",
        'is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::uploads-',
        "because no identity-based policy allows the s3:GetObject action",
    ),
    "function-writes-thumbnails": (
        "An error occurred (AccessDenied) when calling the PutObject operation",
        "because no identity-based policy allows the s3:PutObject action",
    ),
    "function-writes-metadata": (
        "An error occurred (AccessDeniedException) when calling the PutItem operation",
        "is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:",
        "because no identity-based policy allows the dynamodb:PutItem action",
    ),
}


@pytest.mark.parametrize("arrow", ERRORS_IN_THE_LOG)
def test_a_broken_arrow_of_the_function_ends_in_its_log_and_the_dead_letter_queue(
    arrow: str, scene: Any, photo: Photo
) -> None:
    scene.sandbox.break_arrow(arrow)

    state = scene.run(photo())

    denials = scene.seen(e.RequestDenied)
    assert {denial.arrow for denial in denials} == {arrow}
    assert len(denials) == scene.sandbox.topology.queue.max_receive_count
    for text in ERRORS_IN_THE_LOG[arrow]:
        assert any(text in line for line in scene.seen(e.LogsWritten)[0].lines)
        assert text in state.reason
    assert state.place is Place.DEAD_LETTERED
    assert scene.seen(e.MessageDeadLettered)[0].receive_count == 5


def test_a_queue_that_refuses_s3_loses_the_notification_and_says_so(
    scene: Any, photo: Photo
) -> None:
    scene.sandbox.break_arrow("s3-to-queue")

    state = scene.run(photo())

    (denial,) = scene.seen(e.RequestDenied)
    assert (denial.arrow, denial.caller, denial.code) == (
        "s3-to-queue",
        "s3.amazonaws.com",
        "AccessDenied",
    )
    (refused,) = scene.seen(e.NotificationRefused)
    assert "no retry" in refused.note
    assert state.place is Place.REFUSED
    assert scene.sandbox.snapshot().visible == 0


@pytest.mark.fidelity(
    service="lambda",
    behaviour="An execution role that loses sqs:ReceiveMessage polls no more",
    verdict="simplified",
    address="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
    note=(
        "AWS does not document what becomes of the mapping; here messages wait "
        "and the function's log stays empty."
    ),
)
def test_a_role_that_may_not_receive_leaves_the_messages_waiting(scene: Any, photo: Photo) -> None:
    scene.sandbox.break_arrow("queue-to-function")

    state = scene.run(photo())

    assert {x.arrow for x in scene.seen(e.RequestDenied)} == {"queue-to-function"}
    (refusal,) = scene.seen(e.PollRefused)
    assert (refusal.waiting, "does not document" in refusal.note) == (1, True)
    assert state.place is Place.WAITING
    assert scene.seen(e.FunctionInvoked) == []


@pytest.mark.parametrize("arrow", ARROW_NAMES[1:])
def test_a_restored_arrow_lets_the_waiting_photo_through(
    arrow: str, scene: Any, photo: Photo
) -> None:
    scene.sandbox.break_arrow(arrow)
    assert scene.sandbox.broken_arrows == {arrow}
    scene.sandbox.upload(photo(), "photo.jpg")
    scene.sandbox.poll()

    scene.sandbox.restore_arrow(arrow)
    scene.sandbox.run_until_idle()

    assert scene.sandbox.broken_arrows == frozenset()
    assert scene.photo("photo.jpg").place is Place.THUMBNAIL


def test_redriving_gives_dead_letters_another_chance(scene: Any, photo: Photo) -> None:
    scene.sandbox.break_arrow("function-writes-thumbnails")
    scene.run(photo())
    first_id = scene.seen(e.MessageDeadLettered)[0].message_id
    scene.sandbox.restore_arrow("function-writes-thumbnails")

    assert scene.sandbox.redrive() == 1
    scene.sandbox.run_until_idle()

    assert scene.photo("photo.jpg").place is Place.THUMBNAIL
    deleted = scene.seen(e.MessageDeleted)[-1]
    assert deleted.message_id != first_id, "a redriven message is a new message"


def test_a_message_that_cannot_be_deleted_comes_again_and_is_skipped_as_done(
    scene: Any, photo: Photo
) -> None:
    policy = scene.sandbox.policy("execution-role-policy")
    for statement in policy["Statement"]:
        if statement["Sid"] == "QueueToFunction":
            statement["Action"].remove("sqs:DeleteMessage")
    scene.sandbox.set_policy("execution-role-policy", policy)

    state = scene.run(photo())

    assert len(scene.seen(e.DeleteRefused)) == 5
    assert len(scene.seen(e.ThumbnailStored)) == 1
    assert len(scene.seen(e.DuplicateSkipped)) == 4
    assert "could not be deleted" in scene.seen(e.MessageDeadLettered)[0].reason
    assert state.place is Place.THUMBNAIL


@pytest.mark.fidelity(
    service="iam",
    behaviour="Lambda can use a role only while its trust policy names Lambda",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
def test_a_trust_policy_that_names_another_service_stops_everything(
    scene: Any, photo: Photo
) -> None:
    trust = scene.sandbox.policy("trust-policy")
    trust["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}
    scene.sandbox.set_policy("trust-policy", trust)

    scene.run(photo())

    (denial,) = scene.seen(e.RequestDenied)
    assert (denial.action, denial.caller) == ("sts:AssumeRole", "lambda.amazonaws.com")
    assert scene.photo("photo.jpg").place is Place.WAITING


@pytest.mark.fidelity(
    service="logs",
    behaviour="A function whose role may not write logs works, and its lines are lost",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
def test_a_function_without_log_permissions_works_and_its_lines_are_lost(
    scene: Any, photo: Photo
) -> None:
    policy = scene.sandbox.policy("execution-role-policy")
    policy["Statement"] = [s for s in policy["Statement"] if s["Sid"] != "FunctionWritesLogs"]
    scene.sandbox.set_policy("execution-role-policy", policy)

    assert scene.run(photo()).place is Place.THUMBNAIL
    assert scene.seen(e.LogsWritten)[0].stored is False


def test_the_log_lines_are_in_cloudwatch_logs(scene: Any, photo: Photo) -> None:
    scene.run(photo())

    (written,) = scene.seen(e.LogsWritten)
    stored = scene.sandbox.client("logs").get_log_events(
        logGroupName=written.log_group, logStreamName=written.log_stream
    )
    assert tuple(event["message"] for event in stored["events"]) == written.lines
    assert written.lines[0].startswith("START RequestId: ")
    assert "Memory Size: 1024 MB" in written.lines[-1]


@pytest.mark.fidelity(
    service="iam",
    behaviour="A service refuses a malformed policy when it is put",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
)
@pytest.mark.parametrize(
    ("place", "document", "code"),
    [
        ("execution-role-policy", "{", "MalformedPolicyDocument"),
        ("execution-role-policy", '{"Statement": 5}', "MalformedPolicyDocument"),
        ("execution-role-policy", '{"Statement": []}', "MalformedPolicyDocument"),
        (
            "execution-role-policy",
            '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
            "MalformedPolicyDocument",
        ),
        ("trust-policy", "nonsense", "MalformedPolicyDocument"),
        ("queue-policy", '{"Statement": [{"Effect": "Maybe"}]}', "InvalidAttributeValue"),
    ],
)
def test_a_malformed_policy_is_refused_with_the_services_own_error(
    place: str, document: str, code: str, scene: Any
) -> None:
    before = scene.sandbox.policy(place)

    with pytest.raises(ClientError) as refusal:
        scene.sandbox.set_policy(place, document)

    assert refusal.value.response["Error"]["Code"] == code
    assert scene.sandbox.policy(place) == before


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A throttled batch returns to the queue, and its receive count goes on",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
)
def test_throttling_by_reserved_concurrency_sends_photos_to_the_dead_letter_queue(
    scene: Any, photo: Photo
) -> None:
    scene.sandbox.set_reserved_concurrency(0)

    state = scene.run(photo())

    assert len(scene.seen(e.FunctionThrottled)) == 5
    assert scene.seen(e.FunctionInvoked) == []
    assert state.place is Place.DEAD_LETTERED
    assert "throttled" in state.reason


@pytest.mark.fidelity(
    service="lambda",
    behaviour="A disabled event source mapping polls nothing",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
)
def test_a_disabled_mapping_polls_nothing(scene: Any, photo: Photo) -> None:
    scene.sandbox.set_mapping_enabled(enabled=False)

    assert scene.run(photo()).place is Place.QUEUED

    scene.sandbox.set_mapping_enabled(enabled=True)
    scene.sandbox.run_until_idle()
    assert scene.photo("photo.jpg").place is Place.THUMBNAIL


def test_reset_leaves_nothing_behind_and_the_pipeline_works(scene: Any, photo: Photo) -> None:
    scene.sandbox.break_arrow("s3-to-queue")
    scene.run(photo())

    scene.sandbox.reset()

    empty = scene.sandbox.snapshot()
    assert (empty.uploads, empty.visible, empty.items, empty.broken_arrows) == (
        0,
        0,
        0,
        frozenset(),
    )
    assert scene.run(photo()).place is Place.THUMBNAIL


def test_sandboxes_side_by_side_never_see_one_another(scene: Any, photo: Photo) -> None:
    with Sandbox() as other:
        scene.sandbox.break_arrow("function-writes-thumbnails")
        other.upload(photo(), "other.jpg")
        other.run_until_idle()

        assert other.topology.account != scene.sandbox.topology.account
        assert (other.snapshot().thumbnails, scene.sandbox.snapshot().uploads) == (1, 0)
        with pytest.raises(ClientError, match="AccessDenied"):
            other.client("s3").get_object(
                Bucket=scene.sandbox.topology.uploads.name, Key="other.jpg"
            )
        scene.sandbox.reset()
        assert other.snapshot().thumbnails == 1


def test_the_same_seed_gives_the_same_events() -> None:
    def told() -> list[dict[str, Any]]:
        events: list[e.PipelineEvent] = []
        with Sandbox(emit=events.append, seed=7) as sandbox:
            sandbox.break_arrow("function-reads-uploads")
            sandbox.upload(b"not a photo", "x.jpg")
            sandbox.run_until_idle()
        return [e.event_document(event) for event in events]

    assert told() == told()


def test_an_unseeded_sandbox_runs_on_the_machines_time(photo: Photo) -> None:
    with Sandbox() as sandbox:
        before = sandbox.clock.elapsed()
        sandbox.upload(photo(), "photo.jpg")
        sandbox.run_until_idle()

        assert sandbox.snapshot().thumbnails == 1
        assert sandbox.clock.elapsed() > before


def test_a_file_is_uploaded_under_its_name(scene: Any, photo: Photo, tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(photo())
    sent: list[int] = []

    assert scene.sandbox.upload(path, progress=sent.append) == "cat.jpg"
    assert sum(sent) == path.stat().st_size


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("missing.jpg", "No such file"), (".", "is not a file")],
)
def test_what_cannot_be_read_is_told_in_one_sentence(
    name: str, sentence: str, scene: Any, tmp_path: Path
) -> None:
    with pytest.raises(UploadError, match=sentence):
        scene.sandbox.upload(tmp_path / name)


@pytest.mark.parametrize("key", ["", "k" * 1025])
def test_a_key_that_s3_does_not_take_is_told_in_one_sentence(key: str, scene: Any) -> None:
    with pytest.raises(UploadError):
        scene.sandbox.upload(b"x", key)
    assert scene.sandbox.snapshot().uploads == 0


def test_a_run_can_be_paced_call_by_call_and_an_arrow_broken_between(
    scene: Any, photo: Photo
) -> None:
    paced: list[str] = []

    def pace(call: Any, arrow: str | None) -> None:
        paced.append(f"{call.caller.actor} {call.operation} {arrow}")
        if call.operation == "GetObject":
            scene.sandbox.break_arrow("function-writes-thumbnails")

    scene.sandbox.pace = pace
    scene.sandbox.upload(photo(), "photo.jpg")
    scene.sandbox.poll()

    assert paced[:2] == ["s3 SendMessage s3-to-queue", "poller ReceiveMessage queue-to-function"]
    assert [x.operation for x in scene.seen(e.RequestDenied)] == ["PutObject"]


def test_a_cancelled_run_keeps_what_was_done(scene: Any, photo: Photo) -> None:
    def pace(call: Any, _: str | None) -> None:
        if call.operation == "PutObject":
            raise RunCancelled

    scene.sandbox.upload(photo(), "photo.jpg")
    scene.sandbox.pace = pace
    with pytest.raises(RunCancelled):
        scene.sandbox.poll()

    scene.sandbox.pace = None
    scene.sandbox.run_until_idle()
    assert scene.photo("photo.jpg").place is Place.THUMBNAIL


@pytest.mark.fidelity(
    service="dynamodb",
    behaviour="A role may read a table by key and index, and be kept from scanning it",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html",
)
def test_the_front_end_reads_by_key_and_by_index_but_may_not_scan(scene: Any, photo: Photo) -> None:
    scene.run(photo(), "good.jpg")
    scene.run(b"nonsense", "bad.jpg")

    failed = scene.sandbox.look_up_failed()
    assert [item["key"] for item in failed] == ["bad.jpg"]
    assert scene.seen(e.ItemsRead)[-1].scanned == 1, "a query reads only what matches"
    assert scene.sandbox.look_up_item("0" * 64) is None
    with pytest.raises(ClientError) as refusal:
        scene.sandbox.scan_items()
    assert "dynamodb:Scan" in refusal.value.response["Error"]["Message"]


def test_two_sandboxes_of_one_seed_that_are_open_at_once_do_not_take_each_others_calls() -> None:
    with Sandbox(seed=3) as one, Sandbox(seed=3) as other:
        accounts = [s.client("sts").get_caller_identity()["Account"] for s in (one, other)]
        assert accounts == [one.topology.account, other.topology.account]
        assert len(set(accounts)) == 2
