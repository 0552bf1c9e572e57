"""What happened in the sandbox, as frozen values.

The pipeline announces facts to whoever listens: the headless front end prints them, the Live
screen draws them, a test collects them. Nothing here knows who listens, so the same sandbox runs
under all three.

Every event carries ``time``: seconds since the sandbox opened, on the sandbox's own clock (skipped
time included). Payloads are the genuine ones: what the caller sent, what the service answered.
"""

from pipeline.events.base import Emit, Json, PipelineEvent, event_document, event_words
from pipeline.events.bursts import BurstFinished, BurstProgressed
from pipeline.events.buses import (
    EventMatched,
    EventPut,
    EventUnmatched,
    TargetInvoked,
    TargetRefused,
    TargetRetried,
)
from pipeline.events.functions import (
    DestinationRefused,
    DestinationSent,
    FunctionFailed,
    FunctionInvoked,
    FunctionReturned,
    FunctionThrottled,
    InvocationDiscarded,
    InvocationQueued,
    InvocationRetried,
    LogsWritten,
    Purpose,
    RecursionStopped,
)
from pipeline.events.queues import (
    BatchReceived,
    DeleteRefused,
    MappingBackedOff,
    MappingStateChanged,
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageReturned,
    MessagesRedriven,
    PollRefused,
)
from pipeline.events.requests import RequestAuthorized, RequestDenied
from pipeline.events.sandbox import (
    ArrowBroken,
    ArrowRestored,
    InputsFinished,
    PolicyChanged,
    ResourceCreated,
    RunFinished,
    SandboxReady,
    SandboxReset,
    TimeSkipped,
)
from pipeline.events.storage import (
    DestinationTested,
    DuplicateSkipped,
    ItemRecorded,
    ItemsRead,
    NotificationRefused,
    NotificationSent,
    ObjectStored,
    ThumbnailStored,
    UploadFailed,
)
from pipeline.events.streams import (
    StreamBatchRetried,
    StreamBatchSplit,
    StreamPollRefused,
    StreamRecordsDiscarded,
    StreamRecordsProcessed,
    StreamRecordsReceived,
)
from pipeline.events.topics import (
    MessagePublished,
    SubscriptionDelivered,
    SubscriptionFiltered,
    SubscriptionRefused,
    SubscriptionRetried,
)

__all__ = [
    "ArrowBroken",
    "ArrowRestored",
    "BatchReceived",
    "BurstFinished",
    "BurstProgressed",
    "DeleteRefused",
    "DestinationRefused",
    "DestinationSent",
    "DestinationTested",
    "DuplicateSkipped",
    "Emit",
    "EventMatched",
    "EventPut",
    "EventUnmatched",
    "FunctionFailed",
    "FunctionInvoked",
    "FunctionReturned",
    "FunctionThrottled",
    "InputsFinished",
    "InvocationDiscarded",
    "InvocationQueued",
    "InvocationRetried",
    "ItemRecorded",
    "ItemsRead",
    "Json",
    "LogsWritten",
    "MappingBackedOff",
    "MappingStateChanged",
    "MessageDeadLettered",
    "MessageDeleted",
    "MessageExpired",
    "MessagePublished",
    "MessageReturned",
    "MessagesRedriven",
    "NotificationRefused",
    "NotificationSent",
    "ObjectStored",
    "PipelineEvent",
    "PolicyChanged",
    "PollRefused",
    "Purpose",
    "RecursionStopped",
    "RequestAuthorized",
    "RequestDenied",
    "ResourceCreated",
    "RunFinished",
    "SandboxReady",
    "SandboxReset",
    "StreamBatchRetried",
    "StreamBatchSplit",
    "StreamPollRefused",
    "StreamRecordsDiscarded",
    "StreamRecordsProcessed",
    "StreamRecordsReceived",
    "SubscriptionDelivered",
    "SubscriptionFiltered",
    "SubscriptionRefused",
    "SubscriptionRetried",
    "TargetInvoked",
    "TargetRefused",
    "TargetRetried",
    "ThumbnailStored",
    "TimeSkipped",
    "UploadFailed",
    "event_document",
    "event_words",
]
