"""Limits of SQS, SNS and EventBridge."""

from __future__ import annotations

from pipeline.experiments.limit import Limit, LimitGroup

MESSAGING = (
    LimitGroup(
        "sqs-queue-limits",
        "An SQS queue's settings stay within these bounds.",
        (
            Limit(
                "visibility-0-to-12-hours",
                "a queue's visibility timeout is 0 to 43,200 seconds (12 hours)",
                "sqs:CreateQueue.Attributes",
                r"VisibilityTimeout – [^–]*?from ([\d,]+) to ([\d,]+)",
                ("0", "43,200"),
            ),
            Limit(
                "visibility-default-30-seconds",
                "its default is 30 seconds",
                "sqs:CreateQueue.Attributes",
                r"VisibilityTimeout – [^–]*?Default: ([\d,]+)",
                ("30",),
            ),
            Limit(
                "retention-1-minute-to-14-days",
                "a queue keeps messages for 60 to 1,209,600 seconds (14 days)",
                "sqs:CreateQueue.Attributes",
                r"MessageRetentionPeriod – [^–]*?from ([\d,]+) seconds[^–]*? to ([\d,]+) seconds",
                ("60", "1,209,600"),
            ),
            Limit(
                "retention-default-4-days",
                "its default is 345,600 seconds (4 days)",
                "sqs:CreateQueue.Attributes",
                r"MessageRetentionPeriod – [^–]*?Default: ([\d,]+)",
                ("345,600",),
            ),
            Limit(
                "delay-up-to-15-minutes",
                "a queue delays new messages by 0 to 900 seconds",
                "sqs:CreateQueue.Attributes",
                r"DelaySeconds – [^–]*?from ([\d,]+) to ([\d,]+) seconds",
                ("0", "900"),
            ),
            Limit(
                "long-poll-up-to-20-seconds",
                "a long poll waits for 0 to 20 seconds",
                "sqs:CreateQueue.Attributes",
                r"ReceiveMessageWaitTimeSeconds – [^–]*?from ([\d,]+) to ([\d,]+)",
                ("0", "20"),
            ),
        ),
    ),
    LimitGroup(
        "sqs-message-limits",
        "SQS takes, hands out and hides messages within these bounds.",
        (
            Limit(
                "message-1-mib",
                "a message has at most 1,048,576 bytes (1 MiB; it was 256 KiB)",
                "sqs:SendMessage.MessageBody",
                r"maximum size is 1 MiB or ([\d,]+) bytes",
                ("1,048,576",),
            ),
            Limit(
                "receive-up-to-10",
                "one ReceiveMessage returns 1 to 10 messages",
                "sqs:ReceiveMessage.MaxNumberOfMessages",
                r"Valid values: (\d+) to (\d+)",
                ("1", "10"),
            ),
            Limit(
                "batch-up-to-10",
                "one SendMessageBatch takes up to 10 messages",
                "sqs:SendMessageBatch",
                r"send up to (\d+) messages",
                ("10",),
            ),
            Limit(
                "in-flight-120000",
                "a standard queue has about 120,000 messages in flight at most",
                "sqs:ChangeMessageVisibility",
                r"maximum of approximately ([\d,]+) in flight messages",
                ("120,000",),
            ),
            Limit(
                "visibility-extension-12-hours",
                "a visibility timeout is extended to 43,200 seconds (12 hours) at most",
                "sqs:ChangeMessageVisibility.VisibilityTimeout",
                r"Values range: (\d+) to (\d+)",
                ("0", "43200"),
            ),
            Limit(
                "fifo-deduplication-5-minutes",
                "a FIFO queue drops duplicates that come within 5 minutes",
                "sqs:SendMessage.MessageDeduplicationId",
                r"aren't delivered during the (\d+)-minute deduplication interval",
                ("5",),
            ),
        ),
    ),
    LimitGroup(
        "sns-limits",
        "SNS's messages have these sizes.",
        (
            Limit(
                "message-256-kb-default",
                "a message has at most 256 KiB by default, and up to 1 MiB if the topic says so",
                "sns:Publish.Message",
                r"By default, a message can be at most (\d+) KiB "
                r".*?supports values up to (\d+) MiB",
                ("256", "1"),
            ),
            Limit(
                "publish-batch-10",
                "one PublishBatch takes up to 10 messages",
                "sns:PublishBatch",
                r"Publishes up to (\d+) messages",
                ("10",),
            ),
        ),
    ),
    LimitGroup(
        "eventbridge-limits",
        "EventBridge's events and rules have these sizes.",
        (
            Limit(
                "entry-total-1-mb",
                "the entries of one PutEvents have less than 1 MB together (it was 256 KB)",
                "events:PutEvents",
                r"total entry size must be less than (\d+) ?MB",
                ("1",),
            ),
            Limit(
                "entries-10",
                "one PutEvents takes 1 to 10 entries",
                "events:PutEvents.Entries",
                None,
                ("1", "10"),
            ),
            Limit(
                "targets-per-rule-5",
                "a rule has up to 5 targets",
                "events:PutTargets",
                r"Each rule can have up to five \((\d+)\) targets",
                ("5",),
            ),
        ),
    ),
)
