"""What a queue does with a message: it takes, keeps, hides and hands it out."""

from __future__ import annotations

from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial

_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
_VISIBILITY = f"{_SQS}/sqs-visibility-timeout.html"


@on_sandbox(
    "message-hidden-while-in-flight",
    "A received message stays in the queue, hidden for the visibility timeout, until it is "
    "deleted.",
    {
        "not-receivable-during": "a second receive during the timeout gets nothing",
        "still-in-the-queue": "the message is counted as in flight",
        "receivable-after": "after the timeout it is received again, for the second time",
        "gone-once-deleted": "once deleted it does not come again",
    },
    _VISIBILITY,
)
def message_hidden_while_in_flight(trial: Trial) -> None:
    """Receive one message, wait, receive it again, delete it."""
    url = trial.queue("work", VisibilityTimeout=30)
    trial.send(url, "resize photo.jpg")
    trial.receive(url)
    during = trial.receive(url)
    trial.observe("not-receivable-during", holds=not during, received=len(during))
    hidden = trial.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]["ApproximateNumberOfMessagesNotVisible"]
    trial.observe("still-in-the-queue", holds=int(hidden) == 1, in_flight=hidden)
    trial.skip(30, "the visibility timeout ends")
    again = trial.receive(url)
    counts = [message["Attributes"]["ApproximateReceiveCount"] for message in again]
    trial.observe("receivable-after", holds=counts == ["2"], receive_count=counts)
    for message in again:
        trial.delete(url, message)
    trial.skip(30, "another visibility timeout would end")
    left = trial.receive(url)
    trial.observe("gone-once-deleted", holds=not left, received=len(left))


@on_sandbox(
    "one-message-one-consumer",
    "In a queue each message goes to one consumer at a time (rarely, a standard queue delivers one "
    "twice).",
    {
        "consumers-share": "two receivers get different messages",
        "none-is-seen-twice": "a third receiver gets neither, as long as the two work on them",
    },
    _VISIBILITY,
    f"{_SQS}/standard-queues.html",
)
def one_message_one_consumer(trial: Trial) -> None:
    """Let three receivers take from a queue with two messages."""
    url = trial.queue("work", VisibilityTimeout=30)
    sent = {trial.send(url, "resize 1.jpg"), trial.send(url, "resize 2.jpg")}
    one, other, third = ({message["MessageId"] for message in trial.receive(url)} for _ in range(3))
    trial.observe(
        "consumers-share",
        holds=len(one) == len(other) == 1 and one | other == sent,
        first=len(one),
        second=len(other),
        the_same=one == other,
    )
    trial.observe("none-is-seen-twice", holds=not third, third=len(third))


@on_sandbox(
    "visibility-too-short-duplicates",
    "Work that takes longer than the visibility timeout is handed out twice.",
    {
        "second-receiver-gets-it": "after the timeout another receiver gets the message that the "
        "first still works on",
        "longer-timeout-prevents-it": "when the first extends the timeout with "
        "ChangeMessageVisibility, nobody else gets it",
    },
    _VISIBILITY,
    f"{_API}/API_ChangeMessageVisibility.html",
)
def visibility_too_short_duplicates(trial: Trial) -> None:
    """Work for 40 seconds on a message that is hidden for 30, without and with extending."""
    url = trial.queue("work", VisibilityTimeout=30)
    trial.send(url, "resize large.jpg")
    first = [message["MessageId"] for message in trial.receive(url)]
    trial.skip(40, "the first receiver is done")
    second = trial.receive(url)
    trial.observe(
        "second-receiver-gets-it",
        holds=len(first) == 1 and [m["MessageId"] for m in second] == first,
        received_again=len(second),
    )
    for message in second:
        trial.client("sqs").change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=120
        )
    trial.skip(40, "the work is done")
    third = trial.receive(url)
    trial.observe(
        "longer-timeout-prevents-it", holds=len(second) == 1 and not third, received=len(third)
    )


@on_sandbox(
    "delay-seconds-postpones",
    "DelaySeconds hides a new message from everybody at first.",
    {
        "hidden-at-first": "it cannot be received during the delay",
        "receivable-after-delay": "afterwards it can, for the first time",
    },
    f"{_SQS}/sqs-delay-queues.html",
    f"{_SQS}/sqs-message-timers.html",
)
def delay_seconds_postpones(trial: Trial) -> None:
    """Send a message with a delay of a minute."""
    url = trial.queue("work")
    trial.send(url, "resize photo.jpg", DelaySeconds=60)
    early = trial.receive(url)
    trial.skip(60, "the delay ends")
    late = trial.receive(url)
    counts = [message["Attributes"]["ApproximateReceiveCount"] for message in late]
    trial.observe("hidden-at-first", holds=not early, received=len(early))
    trial.observe("receivable-after-delay", holds=counts == ["1"], receive_count=counts)


@on_sandbox(
    "long-polling-waits",
    "A long poll waits for a message; a short poll answers at once.",
    {
        "short-poll-returns-at-once": "an empty short poll takes no time",
        "long-poll-waits": "an empty long poll of 20 seconds takes 20 seconds",
        "fewer-empty-receives": "a minute without messages costs three long polls",
    },
    f"{_SQS}/sqs-short-and-long-polling.html",
)
def long_polling_waits(trial: Trial) -> None:
    """Poll an empty queue both ways, and look at the sandbox's clock."""
    url, clock = trial.queue("work"), trial.sandbox.clock

    def seconds(wait: int, times: int = 1) -> float:
        started = clock.elapsed()
        for _ in range(times):
            trial.receive(url, WaitTimeSeconds=wait)
        return round(clock.elapsed() - started)

    short, long, three = seconds(0), seconds(20), seconds(20, 3)
    trial.observe("short-poll-returns-at-once", holds=short < 1, seconds=short)
    trial.observe("long-poll-waits", holds=20 <= long <= 21, seconds=long)
    trial.observe("fewer-empty-receives", holds=three >= 60, receives=3, seconds=three)


@on_sandbox(
    "retention-ends-messages",
    "A message that nobody deletes is gone after the queue's retention period.",
    {
        "there-before": "shortly before the period ends it can be received",
        "gone-after": "afterwards it is gone",
        "not-dead-lettered": "it is not in the dead-letter queue: nobody failed on it too often",
    },
    f"{_API}/API_CreateQueue.html",
)
def retention_ends_messages(trial: Trial) -> None:
    """Leave a message for an hour in a queue that keeps messages for an hour."""
    dead_letters = trial.queue("work-dead-letter")
    redrive = {"deadLetterTargetArn": trial.queue_arn("work-dead-letter"), "maxReceiveCount": 5}
    url = trial.queue("work", MessageRetentionPeriod=3600, RedrivePolicy=redrive)
    trial.send(url, "resize photo.jpg")
    trial.skip(3500, "shortly before the retention period ends")
    before = trial.receive(url)
    trial.skip(200, "the retention period is over")
    after, dead = trial.receive(url), trial.receive(dead_letters)
    trial.observe("there-before", holds=len(before) == 1, received=len(before))
    trial.observe("gone-after", holds=not after, received=len(after))
    trial.observe("not-dead-lettered", holds=not dead, dead_letters=len(dead))


@on_sandbox(
    "fifo-orders-by-group",
    "A FIFO queue keeps the order within a message group and drops duplicates.",
    {
        "group-id-is-required": "a message without a MessageGroupId is refused",
        "group-is-locked": "while one message of a group is in flight, no later one of the group "
        "is received",
        "other-groups-go-on": "a message of another group is",
        "duplicate-is-dropped": "a second message of the same deduplication id is not delivered",
    },
    f"{_SQS}/FIFO-queues-understanding-logic.html",
    f"{_API}/API_SendMessage.html",
)
def fifo_orders_by_group(trial: Trial) -> None:
    """Send two groups and a duplicate, and receive one message at a time."""
    url, sqs = trial.queue("work.fifo", FifoQueue="true"), trial.client("sqs")
    refused = trial.attempt(sqs.send_message, QueueUrl=url, MessageBody="no group")
    trial.observe(
        "group-id-is-required", holds=refused.code == "MissingParameter", answer=refused.message
    )
    for body, group in (("a1", "a"), ("a2", "a"), ("a1", "a"), ("b1", "b")):
        trial.send(url, body, MessageGroupId=group, MessageDeduplicationId=body)
    first, second, third = (trial.receive(url) for _ in range(3))
    bodies = [message["Body"] for part in (first, second, third) for message in part]
    trial.observe(
        "group-is-locked", holds=bodies[:1] == ["a1"] and "a2" not in bodies, received=bodies
    )
    trial.observe("other-groups-go-on", holds="b1" in bodies, received=bodies)
    for message in (*first, *second, *third):
        trial.delete(url, message)
    bodies += [m["Body"] for _ in range(2) for m in trial.receive(url)]
    trial.observe(
        "duplicate-is-dropped", holds=bodies == ["a1", "b1", "a2"], received_in_all=bodies
    )


@on_sandbox(
    "message-too-large-is-refused",
    "SQS refuses a message above its size limit: data goes to S3, and the message names it.",
    {
        "too-large-is-refused": "a message of more than 1 MiB is refused",
        "reference-is-accepted": "a message that names an object in S3 is taken",
    },
    f"{_API}/API_SendMessage.html",
    f"{_SQS}/sqs-s3-messages.html",
)
def message_too_large_is_refused(trial: Trial) -> None:
    """Send the data, then where it is."""
    url, send = trial.queue("work"), trial.client("sqs").send_message
    large = trial.attempt(send, QueueUrl=url, MessageBody="x" * (1024 * 1024 + 1))
    small = trial.attempt(send, QueueUrl=url, MessageBody='{"bucket": "b", "key": "large.jpg"}')
    trial.observe(
        "too-large-is-refused", holds=large.code == "InvalidParameterValue", answer=large.code
    )
    trial.observe("reference-is-accepted", holds=small.is_allowed, answer=small.code)


BUFFERING = (
    message_hidden_while_in_flight,
    one_message_one_consumer,
    visibility_too_short_duplicates,
    delay_seconds_postpones,
    long_polling_waits,
    retention_ends_messages,
    fifo_orders_by_group,
    message_too_large_is_refused,
)
