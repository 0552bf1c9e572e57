"""Everything that enters is worked on: by every branch, whatever it is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from pipeline import events as e
from pipeline.grading.documents import key_arn
from pipeline.grading.run import Run
from pipeline.grading.scenarios.registry import scenario
from pipeline.inputs import bundled
from pipeline.journeys import GOOD, State

PLAIN = "photo"
SPACED = "summer 2026/two cats + a dog é"
AGAIN = "the second upload"
IN_PARTS = "in parts"


@scenario("every-upload")
def every_upload(
    run: Run, *, branches: Sequence[str] = (), logs: bool = True, encrypted_queue: str = ""
) -> None:
    """Require that uploads of several kinds end well in every branch, and leave nothing behind.

    The kinds: a plain one, a key with spaces and signs, the same key again, and a multipart
    upload. An architecture without a bucket gets its bundled inputs instead. Before them Lambda
    and S3 are asked to set up the mapping and the notification once more, because both check
    permissions then that nothing needs later.

    Args:
        run: The run.
        branches: The functions that must be reached; all of them unless given.
        logs: Whether the functions' logs must arrive, in log groups that do not exist yet.
        encrypted_queue: The name of a queue that the key of ``key-policy`` is to encrypt.
    """
    if encrypted_queue:
        encrypt_queue(run, encrypted_queue)
    if logs:
        _drop_log_groups(run)
    require_accepted_mappings(run)
    require_accepted_notifications(run)
    run.settle()
    names = _submit(run)
    run.settle()
    wanted = tuple(branches) or tuple(f.name for f in run.sandbox.topology.functions)
    for name in names:
        require_done(run, name, wanted)
    require_nothing_left(run, wanted)
    if logs:
        require_logs(run, wanted)


def _submit(run: Run) -> list[str]:
    entry = run.sandbox.topology.entry
    source = bundled(run.sandbox.topology.name)[0]
    data = source.read_bytes()
    if entry.kind != "upload":
        run.submit(source.name, data)
        return [source.name]
    ending = PurePath(source.name).suffix
    plain, spaced, parts = (f"{name}{ending}" for name in (PLAIN, SPACED, IN_PARTS))
    again = f"{plain}, {AGAIN}"
    run.submit(plain, data)
    run.submit(spaced, data)
    run.settle()
    run.submit(plain, data, label=again)
    run.upload_in_parts(parts, data)
    return [plain, spaced, again, parts]


def _drop_log_groups(run: Run) -> None:
    """Take the functions' log groups away, so that Lambda has to make them."""
    for function in run.sandbox.topology.functions:
        run.attempt(run.client("logs").delete_log_group, logGroupName=function.log_group)


# -- what other scenarios may do and require, too --


def encrypt_queue(run: Run, queue: str) -> None:
    """Let the customer managed key that ``key-policy`` is about encrypt a queue's messages."""
    sqs = run.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    attributes = {"KmsMasterKeyId": key_arn(run.sandbox)}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def require_accepted_mappings(run: Run) -> None:
    """Require that Lambda would take each mapping anew: permissions, timeouts, batches.

    A mapping that exists is a conflict; Lambda finds that out last.
    """
    functions = run.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        name = mapping["FunctionArn"].rpartition(":")[2]
        answer = run.attempt(functions.create_event_source_mapping, **_anew(mapping))
        if answer.is_allowed:
            functions.delete_event_source_mapping(UUID=answer.body["UUID"])
        is_taken = answer.is_allowed or answer.code == "ResourceConflictException"
        run.require(
            f"mapping-accepted:{name}",
            f"Lambda takes the event source mapping of {name}.",
            "" if is_taken else answer.words(),
            holds=is_taken,
        )


def _anew(mapping: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "EventSourceArn",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FunctionResponseTypes",
        "ScalingConfig",
        "StartingPosition",
        "MaximumRetryAttempts",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
    )
    settings = {name: mapping[name] for name in kept if mapping.get(name) not in (None, {}, "")}
    return {"FunctionName": mapping["FunctionArn"].rpartition(":")[2], **settings}


def require_accepted_notifications(run: Run) -> None:
    """Require that S3 would take each bucket's notification configuration anew."""
    s3 = run.client("s3")
    for bucket in run.sandbox.topology.buckets:
        held = run.attempt(s3.get_bucket_notification_configuration, Bucket=bucket.name)
        configuration = dict(held.body or {})
        configuration.pop("ResponseMetadata", None)
        if held.is_allowed and not configuration:
            continue
        answer = (
            run.attempt(
                s3.put_bucket_notification_configuration,
                Bucket=bucket.name,
                NotificationConfiguration=configuration,
            )
            if held.is_allowed
            else held
        )
        run.require(
            f"notification-accepted:{bucket.name}",
            f"S3 takes the notification configuration of {bucket.name}.",
            "" if answer.is_allowed else answer.words(),
            holds=answer.is_allowed,
        )
    run.sandbox.push()


def require_done(run: Run, name: str, branches: Sequence[str]) -> None:
    """Require that an input came to a good end in each of these branches."""
    ends = run.journeys.inputs.get(name, {})
    reached = [branch for branch in branches if branch in ends and ends[branch].state in GOOD]
    is_done = any(ends[branch].state is State.DONE for branch in reached)
    run.require(
        f"done:{name}",
        f"{name} is worked on, once and for good.",
        run.journeys.sentence(name) if ends else "nothing happened to it",
        holds=is_done and len(reached) == len(branches) and _is_recorded(run, name),
    )


def _is_recorded(run: Run, name: str) -> bool:
    """Tell whether a photo's item says done and its thumbnail is there; other inputs have none."""
    topology = run.sandbox.topology
    if not any(t.name == "images" for t in topology.tables):
        return True
    key = topology.entry.prefix + name.removesuffix(f", {AGAIN}")
    items = [item for item in run.items("images") if item.get("key") == key]
    thumbnails = run.sandbox.object_keys(topology.thumbnails.name)
    return (
        len(items) == 1 and items[0]["status"] == "done" and items[0]["thumbnail_key"] in thumbnails
    )


def require_nothing_left(run: Run, branches: Sequence[str]) -> None:
    """Require that nothing waits in the branches' queues, and nothing was dead-lettered."""
    lost = run.seen(e.MessageDeadLettered)
    left = {
        name: count.total
        for name, count in run.sandbox.snapshot().queues.items()
        if count.total and _belongs(run, name, branches)
    }
    run.require(
        "nothing-left",
        "No message is left in a queue.",
        *(f"{event.dead_letter_queue}: {event.reason}" for event in lost[:3]),
        *(f"{count} in {name}" for name, count in left.items()),
        holds=not left and not lost,
    )


def _belongs(run: Run, queue: str, branches: Sequence[str]) -> bool:
    """Tell whether a queue, or the one whose dead letters it keeps, is read by a branch."""
    topology = run.sandbox.topology
    arn = next(q.arn for q in topology.queues if q.name == queue)
    sources = {q.arn for q in topology.queues if q.dead_letters_to == arn} or {arn}
    readers = {m.function for source in sources if (m := topology.mapping_of(source)) is not None}
    return not readers or bool(readers & set(branches))


def require_logs(run: Run, branches: Sequence[str]) -> None:
    """Require that what the functions logged arrived in CloudWatch Logs."""
    for function in run.sandbox.topology.functions:
        written = [x for x in run.seen(e.LogsWritten) if x.log_group == function.log_group]
        if function.name in branches:
            run.require(
                f"logs:{function.name}",
                f"What {function.name} logs arrives in {function.log_group}.",
                "it was never invoked" if not written else "",
                "its role may not write them" if not all(x.stored for x in written) else "",
                holds=bool(written) and all(x.stored for x in written),
            )
