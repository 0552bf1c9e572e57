"""What becomes of a message whose work fails: back, back again, and to the dead-letter queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial
from pipeline.lambda_service.batches import failed_message_ids

_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
_DEAD_LETTERS = f"{_SQS}/sqs-dead-letter-queues.html"
_NO_IMAGE = b"this is no image"


@on_sandbox(
    "failure-returns-the-message",
    "When the function fails on a message, it stays in the queue and comes again after the "
    "visibility timeout.",
    {
        "message-stays": "the message is still in the queue, hidden",
        "lambda-does-not-delete": "nobody called DeleteMessage",
        "visible-after-timeout": "it is received again after the queue's visibility timeout, and "
        "not before",
        "receive-count-rises": "its receive count is 2 then",
    },
    _ERRORS,
    f"{_SQS}/sqs-visibility-timeout.html",
)
def failure_returns_the_message(trial: Trial) -> None:
    """Upload what is no image, and poll before and after the timeout."""
    trial.upload("broken.jpg", data=_NO_IMAGE)
    trial.sandbox.poll()
    hidden, deletes = trial.sandbox.snapshot(), trial.requests(operation="DeleteMessageBatch")
    trial.observe("message-stays", holds=hidden.in_flight == 1, in_flight=hidden.in_flight)
    trial.observe("lambda-does-not-delete", holds=not deletes, deletes=len(deletes))
    timeout = trial.sandbox.topology.queue.visibility_timeout
    trial.skip(timeout / 2, "half of the visibility timeout is over")
    trial.sandbox.poll()
    early = len(trial.seen(e.BatchReceived)) - 1
    trial.skip(timeout / 2, "the visibility timeout ends")
    trial.sandbox.poll()
    batches = trial.seen(e.BatchReceived)
    trial.observe(
        "visible-after-timeout",
        holds=early == 0 and len(batches) == 2,
        received_before=early,
        received_after=len(batches) - 1 - early,
    )
    counts = [m["Attributes"]["ApproximateReceiveCount"] for b in batches for m in b.messages]
    trial.observe("receive-count-rises", holds=counts == ["1", "2"], receive_counts=counts)


@on_sandbox(
    "dead-letter-after-max-receives",
    "A message received maxReceiveCount times without success moves to the dead-letter queue.",
    {
        "received-max-times": "it was received as often as maxReceiveCount says: 5 times",
        "moved-to-the-dlq": "it is in the dead-letter queue and no longer in the queue",
        "others-go-on": "a good photo beside it was processed",
    },
    _DEAD_LETTERS,
)
def dead_letter_after_max_receives(trial: Trial) -> None:
    """Upload one photo and one file that is none, and let the pipeline try."""
    most = trial.sandbox.topology.queue.max_receive_count
    trial.upload("broken.jpg", data=_NO_IMAGE)
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    moved, left = trial.seen(e.MessageDeadLettered), trial.sandbox.snapshot()
    counts = [event.receive_count for event in moved]
    trial.observe(
        "received-max-times", holds=counts == [most] == [5], received=counts, maxReceiveCount=most
    )
    trial.observe(
        "moved-to-the-dlq",
        holds=left.dead_lettered == 1 and left.visible + left.in_flight == 0,
        in_the_dead_letter_queue=left.dead_lettered,
        in_the_queue=left.visible + left.in_flight,
    )
    trial.observe("others-go-on", holds=left.thumbnails == 1, thumbnails=left.thumbnails)


@on_sandbox(
    "redrive-moves-back",
    "A redrive moves dead-lettered messages back to the queue that they came from.",
    {
        "moved-back": "the dead-letter queue is empty, and the queue has the message",
        "processed-after-repair": "as the cause is mended, it is processed",
    },
    f"{_SQS}/sqs-configure-dead-letter-queue-redrive.html",
)
def redrive_moves_back(trial: Trial) -> None:
    """Let a message be dead-lettered, mend the cause, and redrive."""
    trial.sandbox.break_arrow("function-writes-thumbnails")
    trial.upload("photo.jpg")
    trial.sandbox.run_until_idle()
    dead = trial.sandbox.snapshot().dead_lettered
    trial.sandbox.restore_arrow("function-writes-thumbnails")
    trial.sandbox.redrive()
    back = trial.sandbox.snapshot()
    trial.observe(
        "moved-back",
        holds=dead == 1 and back.dead_lettered == 0 and back.visible == 1,
        dead_lettered_before=dead,
        dead_lettered_after=back.dead_lettered,
        in_the_queue=back.visible,
    )
    trial.sandbox.run_until_idle()
    done = trial.sandbox.snapshot()
    trial.observe(
        "processed-after-repair",
        holds=done.thumbnails == 1 and done.dead_lettered == 0,
        thumbnails=done.thumbnails,
    )


@on_sandbox(
    "dlq-counts-from-the-first-enqueue",
    "A dead-lettered message of a standard queue keeps its age: the dead-letter queue's retention "
    "counts from when it was first sent.",
    {
        "there-while-young": "right after the move it is in the dead-letter queue",
        "gone-by-its-first-age": "it is gone when its age since it was first sent reaches the "
        "dead-letter queue's retention, soon after the move",
    },
    f"{_SQS}/setting-up-dead-letter-queue-retention.html",
)
def dlq_counts_from_the_first_enqueue(trial: Trial) -> None:
    """Move a message after 50 minutes to a queue that keeps messages for an hour."""
    dead_letters = trial.queue("dead", MessageRetentionPeriod=3600, VisibilityTimeout=0)
    redrive = {"deadLetterTargetArn": trial.queue_arn("dead"), "maxReceiveCount": 1}
    url = trial.queue("work", RedrivePolicy=redrive, VisibilityTimeout=30)
    trial.send(url, "resize photo.jpg")
    trial.skip(50 * 60, "the message is 50 minutes old")
    trial.receive(url)
    trial.skip(30, "the visibility timeout ends")
    trial.receive(url)
    young = trial.receive(dead_letters)
    trial.skip(15 * 60, "15 minutes after the move")
    old = trial.receive(dead_letters)
    trial.observe("there-while-young", holds=len(young) == 1, received=len(young))
    trial.observe("gone-by-its-first-age", holds=not old, received=len(old))


@on_sandbox(
    "function-error-returns-the-batch",
    "When an invocation fails as a whole (here by its time-out), every message of its batch comes "
    "again.",
    {
        "all-return": "all three messages of the batch stay in the queue",
        "none-deleted": "none is deleted, not even those whose thumbnails were stored",
        "finished-work-comes-again": "after the visibility timeout the function gets all three "
        "again",
    },
    _ERRORS,
)
def function_error_returns_the_batch(trial: Trial) -> None:
    """Let the function run out of time on the third of three photos."""
    trial.upload("1.jpg", "2.jpg", "3.jpg")
    trial.sandbox.pace = _slow_at_the_third_photo(trial)
    trial.sandbox.poll()
    trial.sandbox.pace = None
    returned, done = trial.seen(e.MessageReturned), trial.seen(e.ThumbnailStored)
    deletes = trial.requests(operation="DeleteMessageBatch")
    trial.observe("all-return", holds=len(returned) == 3, returned=len(returned))
    trial.observe(
        "none-deleted",
        holds=not deletes and len(done) == 2,
        deletes=len(deletes),
        thumbnails_stored=len(done),
    )
    trial.skip(trial.sandbox.topology.queue.visibility_timeout, "the visibility timeout ends")
    trial.sandbox.poll()
    sizes = [len(event.messages) for event in trial.seen(e.BatchReceived)]
    trial.observe("finished-work-comes-again", holds=sizes == [3, 3], batches=sizes)


def _slow_at_the_third_photo(trial: Trial) -> Callable[[Any, str | None], None]:
    """Return a pace at which the function's third GetObject takes longer than it may run."""
    reads: list[str] = []

    def pace(call: Any, _arrow: str | None) -> None:
        if call.caller.actor == "function" and call.operation == "GetObject":
            reads.append(call.parameters["Key"])
            if len(reads) == 3:
                trial.skip(trial.sandbox.topology.function.timeout, "the third photo is read")

    return pace


@on_sandbox(
    "only-failed-messages-return",
    "With ReportBatchItemFailures only the messages that the function names come again.",
    {
        "one-batch": "two good photos and a broken file come in one invocation",
        "good-are-deleted": "the messages of the good ones are deleted",
        "bad-returns": "the one that the function names stays in the queue",
    },
    _ERRORS,
)
def only_failed_messages_return(trial: Trial) -> None:
    """Put a broken file between two photos."""
    trial.upload("1.jpg")
    trial.upload("broken.jpg", data=_NO_IMAGE)
    trial.upload("2.jpg")
    trial.sandbox.poll()
    ids = {event.key: event.message_id for event in trial.seen(e.NotificationSent)}
    names = {message_id: key for key, message_id in ids.items()}
    invocations = trial.seen(e.FunctionInvoked)
    deleted = sorted(names[event.message_id] for event in trial.seen(e.MessageDeleted))
    returned = [names[event.message_id] for event in trial.seen(e.MessageReturned)]
    trial.observe("one-batch", holds=len(invocations) == 1, invocations=len(invocations))
    trial.observe("good-are-deleted", holds=deleted == ["1.jpg", "2.jpg"], deleted=deleted)
    trial.observe("bad-returns", holds=returned == ["broken.jpg"], returned=returned)


@on_sandbox(
    "partial-response-rules",
    "A partial batch response that names an unknown message fails the whole batch; an empty one "
    "means success.",
    {
        "unknown-id-fails-all": "an id that is not in the batch: all three messages come again",
        "named-id-fails-alone": "one id of the batch: that message comes again alone",
        "empty-list-is-success": "an empty list: nothing comes again",
    },
    _ERRORS,
)
def partial_response_rules(trial: Trial) -> None:
    """Receive three messages, and delete what each response counts as done."""
    url = trial.queue("work", VisibilityTimeout=30)
    for number in range(1, 4):
        trial.send(url, f"resize {number}.jpg")
    after_unknown = _answered(trial, url, lambda _: ["unknown"])
    after_named = _answered(trial, url, lambda batch: batch[1:2])
    after_empty = _answered(trial, url, lambda _: [])
    trial.observe("unknown-id-fails-all", holds=after_unknown == 3, come_again=after_unknown)
    trial.observe("named-id-fails-alone", holds=after_named == 1, come_again=after_named)
    trial.observe("empty-list-is-success", holds=after_empty == 0, come_again=after_empty)


def _answered(trial: Trial, url: str, name_failed: Callable[[list[str]], list[str]]) -> int:
    """Receive a batch, answer for it, and return how many messages come again."""
    batch = trial.receive(url, 10)
    ids = [message["MessageId"] for message in batch]
    response = {"batchItemFailures": [{"itemIdentifier": name} for name in name_failed(ids)]}
    failed = failed_message_ids(response, ids)
    for message in batch:
        if message["MessageId"] not in failed:
            trial.delete(url, message)
    trial.skip(30, "the visibility timeout ends")
    attributes = trial.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


FAILING = (
    failure_returns_the_message,
    dead_letter_after_max_receives,
    redrive_moves_back,
    dlq_counts_from_the_first_enqueue,
    function_error_returns_the_batch,
    only_failed_messages_return,
    partial_response_rules,
)
