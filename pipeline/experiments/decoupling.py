"""The queue between S3 and the function: what happens while nobody works, or too few do."""

from __future__ import annotations

from pipeline import events as e
from pipeline.experiments.declaring import on_sandbox
from pipeline.experiments.trial import Trial

_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"


@on_sandbox(
    "queue-absorbs-an-outage",
    "While the function cannot take work, uploads succeed and wait in the queue; none is lost.",
    {
        "uploads-succeed-meanwhile": "every upload is stored",
        "messages-wait": "as many messages wait as photos were uploaded, and no thumbnail is made",
        "all-are-done-afterwards": "after the repair every photo has its thumbnail and the queue "
        "is empty",
    },
    f"{_SQS}/welcome.html",
)
def queue_absorbs_an_outage(trial: Trial) -> None:
    """Take the function's way to the queue away, upload, and give it back."""
    trial.sandbox.break_arrow("queue-to-function")
    keys = ("1.jpg", "2.jpg", "3.jpg")
    trial.upload(*keys)
    trial.sandbox.poll()
    during = trial.sandbox.snapshot()
    trial.observe(
        "uploads-succeed-meanwhile", holds=during.uploads == len(keys), stored=during.uploads
    )
    trial.observe(
        "messages-wait",
        holds=during.visible == len(keys) and during.thumbnails == 0,
        waiting=during.visible,
        thumbnails=during.thumbnails,
    )
    trial.sandbox.restore_arrow("queue-to-function")
    trial.sandbox.run_until_idle()
    after = trial.sandbox.snapshot()
    trial.observe(
        "all-are-done-afterwards",
        holds=after.thumbnails == len(keys) and after.visible + after.in_flight == 0,
        thumbnails=after.thumbnails,
        waiting=after.visible + after.in_flight,
    )


@on_sandbox(
    "queue-absorbs-a-burst",
    "A burst of uploads waits in the queue and is worked off in batches.",
    {
        "burst-waits": "right after the burst as many messages wait as photos were uploaded",
        "fewer-invocations-than-uploads": "the function is invoked less often than photos came",
        "nothing-is-lost": "every photo has its thumbnail",
    },
    f"{_SQS}/welcome.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
)
def queue_absorbs_a_burst(trial: Trial) -> None:
    """Upload twelve photos before anybody works."""
    keys = [f"{number}.jpg" for number in range(1, 13)]
    trial.upload(*keys)
    waiting = trial.sandbox.snapshot().visible
    trial.sandbox.run_until_idle()
    invocations, thumbnails = len(trial.seen(e.FunctionInvoked)), trial.seen(e.ThumbnailStored)
    trial.observe("burst-waits", holds=waiting == len(keys), waiting=waiting)
    trial.observe(
        "fewer-invocations-than-uploads",
        holds=0 < invocations < len(keys),
        uploads=len(keys),
        invocations=invocations,
    )
    trial.observe("nothing-is-lost", holds=len(thumbnails) == len(keys), thumbnails=len(thumbnails))


@on_sandbox(
    "disabled-mapping-keeps-messages",
    "A disabled event source mapping leaves the messages in the queue.",
    {
        "nothing-is-invoked": "nothing is received and the function does not run",
        "messages-wait": "the message waits in the queue",
        "enabled-again-works": "once the mapping is enabled it is processed",
    },
    f"{_LAMBDA}/with-sqs.html",
    f"{_LAMBDA}/services-sqs-configure.html",
)
def disabled_mapping_keeps_messages(trial: Trial) -> None:
    """Upload while the mapping is disabled."""
    trial.sandbox.set_mapping_enabled(enabled=False)
    trial.upload("photo.jpg")
    trial.sandbox.poll()
    received, invoked = trial.seen(e.BatchReceived), trial.seen(e.FunctionInvoked)
    trial.observe(
        "nothing-is-invoked",
        holds=not received and not invoked,
        batches=len(received),
        invocations=len(invoked),
    )
    waiting = trial.sandbox.snapshot().visible
    trial.observe("messages-wait", holds=waiting == 1, waiting=waiting)
    trial.sandbox.set_mapping_enabled(enabled=True)
    trial.sandbox.run_until_idle()
    done = trial.sandbox.snapshot()
    trial.observe(
        "enabled-again-works",
        holds=done.thumbnails == 1 and done.visible == 0,
        thumbnails=done.thumbnails,
        waiting=done.visible,
    )


@on_sandbox(
    "reserved-concurrency-zero-throttles",
    "Reserved concurrency 0 throttles the function: messages are received, go back, and their "
    "receive count rises.",
    {
        "not-invoked": "the function does not run",
        "message-stays": "the message stays in the queue",
        "receive-count-rises": "it was received all the same, and that counts",
        "works-when-lifted": "with the reservation gone it is processed",
    },
    f"{_LAMBDA}/configuration-concurrency.html",
    f"{_LAMBDA}/services-sqs-errorhandling.html",
)
def reserved_concurrency_zero_throttles(trial: Trial) -> None:
    """Reserve nothing for the function, upload, and lift the reservation."""
    trial.sandbox.set_reserved_concurrency(0)
    trial.upload("photo.jpg")
    trial.sandbox.poll()
    invoked, returned = trial.seen(e.FunctionInvoked), trial.seen(e.MessageReturned)
    stays = trial.sandbox.snapshot()
    counts = [event.receive_count for event in returned]
    trial.observe("not-invoked", holds=not invoked, invocations=len(invoked))
    trial.observe("message-stays", holds=stays.in_flight == 1, in_flight=stays.in_flight)
    trial.observe("receive-count-rises", holds=counts == [1], receive_count=counts)
    trial.sandbox.set_reserved_concurrency(None)
    trial.sandbox.run_until_idle()
    done = trial.sandbox.snapshot().thumbnails
    trial.observe("works-when-lifted", holds=done == 1, thumbnails=done)


DECOUPLING = (
    queue_absorbs_an_outage,
    queue_absorbs_a_burst,
    disabled_mapping_keeps_messages,
    reserved_concurrency_zero_throttles,
)
