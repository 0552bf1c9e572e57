"""Limits of Lambda, its event source mappings, and role sessions."""

from __future__ import annotations

from pipeline.experiments.limit import Limit, LimitGroup

COMPUTE = (
    LimitGroup(
        "lambda-function-limits",
        "A Lambda function runs within these bounds.",
        (
            Limit(
                "timeout-15-minutes",
                "a function runs for at most 900 seconds (15 minutes)",
                "lambda:CreateFunction.Timeout",
                r"maximum allowed value is ([\d,]+) seconds",
                ("900",),
            ),
            Limit(
                "timeout-default-3-seconds",
                "its default is 3 seconds",
                "lambda:CreateFunction.Timeout",
                r"default is (\d+) seconds",
                ("3",),
            ),
            Limit(
                "memory-brings-cpu",
                "memory is 128 MB by default, and more of it brings more CPU",
                "lambda:CreateFunction.MemorySize",
                r"(memory also increases its CPU) allocation.*?default value is ([\d,]+) MB",
                ("memory also increases its CPU", "128"),
            ),
            Limit(
                "tmp-512-mb-to-10-gb",
                "the /tmp directory has 512 to 10,240 MB",
                "lambda:CreateFunction.EphemeralStorage",
                r"between ([\d,]+) and ([\d,]+) MB",
                ("512", "10,240"),
            ),
        ),
    ),
    LimitGroup(
        "lambda-async-limits",
        "Lambda's invocations take these payloads, and retry so often.",
        (
            Limit(
                "sync-payload-6-mb",
                "a synchronous invocation takes 6 MB",
                "lambda:Invoke",
                r"synchronous invocations, the maximum payload size is (\d+) MB",
                ("6",),
            ),
            Limit(
                "async-payload-1-mb",
                "an asynchronous invocation takes 1 MB (it was 256 KB)",
                "lambda:Invoke",
                r"asynchronous invocations, the maximum payload size is (\d+) MB",
                ("1",),
            ),
            Limit(
                "async-retries-0-to-2",
                "after an error an asynchronous invocation is retried 0 to 2 times",
                "lambda:PutFunctionEventInvokeConfig.MaximumRetryAttempts",
                None,
                ("0", "2"),
            ),
            Limit(
                "async-event-age-up-to-6-hours",
                "its event is kept for 60 to 21,600 seconds (6 hours)",
                "lambda:PutFunctionEventInvokeConfig.MaximumEventAgeInSeconds",
                None,
                ("60", "21600"),
            ),
            Limit(
                "dead-letter-config-is-for-async",
                "a function's own dead-letter configuration is for asynchronous events",
                "lambda:CreateFunction.DeadLetterConfig",
                r"where Lambda sends (asynchronous) events when they fail",
                ("asynchronous",),
            ),
        ),
    ),
    LimitGroup(
        "event-source-mapping-limits",
        "An event source mapping batches and scales within these bounds.",
        (
            Limit(
                "batch-size-up-to-10000",
                "a batch from a standard queue has 1 to 10,000 messages",
                "lambda:CreateEventSourceMapping.BatchSize",
                None,
                ("1", "10000"),
            ),
            Limit(
                "default-batch-10",
                "its default is 10 for SQS, and 10 the most for FIFO queues",
                "lambda:CreateEventSourceMapping.BatchSize",
                r"Simple Queue Service – Default (\d+)\. .*?For FIFO queues the max is (\d+)",
                ("10", "10"),
            ),
            Limit(
                "batch-payload-6-mb",
                "a batch has at most the 6 MB of a synchronous payload",
                "lambda:CreateEventSourceMapping.BatchSize",
                r"payload limit for synchronous invocation \((\d+) MB\)",
                ("6",),
            ),
            Limit(
                "window-up-to-5-minutes",
                "the batching window is 0 to 300 seconds",
                "lambda:CreateEventSourceMapping.MaximumBatchingWindowInSeconds",
                None,
                ("0", "300"),
            ),
            Limit(
                "big-batch-needs-a-window",
                "a batch size above 10 needs a batching window of 1 second at least",
                "lambda:CreateEventSourceMapping.MaximumBatchingWindowInSeconds",
                r"BatchSize to a value greater than (\d+), you must set "
                r"MaximumBatchingWindowInSeconds to at least (\d+)",
                ("10", "1"),
            ),
            Limit(
                "maximum-concurrency-2-to-1000",
                "its maximum concurrency is 2 to 1,000",
                "lambda:CreateEventSourceMapping.ScalingConfig.MaximumConcurrency",
                None,
                ("2", "1000"),
            ),
        ),
    ),
    LimitGroup(
        "sts-limits",
        "A role's session lasts within these bounds.",
        (
            Limit(
                "session-15-minutes-to-12-hours",
                "a role's session lasts 900 to 43,200 seconds",
                "sts:AssumeRole.DurationSeconds",
                None,
                ("900", "43200"),
            ),
            Limit(
                "session-default-1-hour",
                "its default is 3,600 seconds",
                "sts:AssumeRole.DurationSeconds",
                r"By default, the value is set to (\d+) seconds",
                ("3600",),
            ),
        ),
    ),
)
