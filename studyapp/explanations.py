"""What each node and arrow is, and what the exam asks about it, in a few sentences.

Sources are named beside each text; numbers that AWS has changed lately are left out on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing on the screen, explained."""

    title: str
    what: str
    exam: str
    callers: str
    """Who may call, and which policy says so; of an arrow, what happens when it is broken."""

    source: str
    """The address at AWS where a reader can check."""

    is_arrow: bool = False


EXPLANATIONS: dict[str, Explanation] = {
    "uploads": Explanation(
        "S3 bucket uploads",
        "The originals. Its event notification, for s3:ObjectCreated:*, tells the queue of each "
        "new object: at least once, usually within seconds, in no promised order. The record "
        "carries the object's name, URL-encoded, and never its bytes.",
        "Which destinations a notification can have (SNS, SQS, Lambda, EventBridge; no FIFO "
        "queue or topic), why s3:ObjectCreated:Put misses multipart uploads, and why the output "
        "belongs in another bucket or prefix: otherwise the function calls itself in a loop.",
        "You upload. The function reads with s3:GetObject from its execution role (arrow 3).",
        f"{_S3}/EventNotifications.html",
    ),
    "queue": Explanation(
        "SQS queue jobs",
        "The buffer. A received message is hidden for the visibility timeout, here 180 seconds, "
        "and not gone: whoever received it must delete it, or it comes again. ▤ shows visible + in "
        "flight.",
        "A queue absorbs a burst so that nothing is lost while the function catches up; "
        "standard queues deliver at least once, so the work must be safe to repeat; the visibility "
        "timeout should be at least six times the function's timeout.",
        "S3 sends, because the queue's own policy lets it (arrow 1). Lambda receives and deletes "
        "with the execution role (arrow 2).",
        f"{_LAMBDA}/services-sqs-configure.html",
    ),
    "dead-letter-queue": Explanation(
        "SQS queue jobs-dead-letter",
        "Where the redrive policy of the jobs queue puts a message that was received more often "
        "than maxReceiveCount, here 5, without being deleted. It keeps the message for someone to "
        "look at; d moves what is here back to the queue it came from.",
        "For an SQS source the dead-letter queue belongs on the queue, not on the function, "
        "whose own is for asynchronous invocations. It must be of the same type as its source, and "
        "keep messages longer, since on standard queues their age goes on counting.",
        "SQS itself moves messages here; no permission of the function is involved.",
        f"{_SQS}/setting-up-dead-letter-queue-retention.html",
    ),
    "function": Explanation(
        "Lambda function thumbnail",
        "Code that Lambda invokes with a batch of messages: it reads the original, draws the "
        "thumbnail, stores it, and records the item. An event source mapping polls the queue; what "
        "the function reports as failed stays in the queue, the rest is deleted for it.",
        "S3 → Lambda directly is asynchronous and has its own retries; through SQS, Lambda "
        "polls and invokes synchronously. Without partial batch responses one failure brings the "
        "whole batch back. Maximum concurrency on the mapping protects what lies behind it.",
        "Nobody needs permission to invoke it here: Lambda pulls, with the execution role. What it "
        "may do itself is that role's policy (arrows 2 to 5).",
        f"{_LAMBDA}/with-sqs.html",
    ),
    "thumbnails": Explanation(
        "S3 bucket thumbnails",
        "The results: at most 256 pixels on the longer side, upright, in a bucket that no "
        "notification listens to.",
        "Why two buckets (the function's own output must not trigger it again), and what "
        "writing needs: s3:PutObject on the objects, bucket/*, not on the bucket.",
        "The function, with s3:PutObject from its execution role (arrow 4).",
        f"{_LAMBDA}/with-s3-example.html",
    ),
    "table": Explanation(
        "DynamoDB table images",
        "One item per image: its status, sizes, times, attempt and error. A conditional PutItem "
        "claims the image first, so that the same event twice does not do the work twice. An index "
        "by status and time finds the failed ones.",
        "On-demand or provisioned capacity, a conditional write as the guard that makes a "
        "function idempotent, and access patterns: GetItem and Query read what they return, Scan "
        "reads, and bills, everything.",
        "The function writes with dynamodb:PutItem (arrow 5). The front end's role has GetItem and "
        "Query, and no Scan: try it with l.",
        f"{_DYNAMODB}/developerguide/bp-query-scan.html",
    ),
    "s3-to-queue": Explanation(
        "Arrow 1 · S3 sends to the queue",
        "S3 is a service and has no role here: the queue's resource policy must let the principal "
        "s3.amazonaws.com call sqs:SendMessage.",
        "The conditions aws:SourceArn and aws:SourceAccount. Without them any bucket of any "
        "account could make S3 send here: the confused deputy. A queue encrypted with a customer "
        "managed key needs the key's policy to let S3 in as well.",
        "S3's notification is refused and lost: AWS documents no retry.",
        f"{_S3}/grant-destinations-permissions-to-s3.html",
        is_arrow=True,
    ),
    "queue-to-function": Explanation(
        "Arrow 2 · Lambda polls the queue",
        "The arrow points from who calls to what is called: nothing is pushed to the function. The "
        "Lambda service receives with the function's execution role, and deletes what succeeded.",
        "The three actions (ReceiveMessage, DeleteMessage, GetQueueAttributes) go into the "
        "execution role; neither the queue's policy nor a policy on the function is needed.",
        "Messages wait while the function's log stays empty.",
        f"{_LAMBDA}/services-sqs-configure.html",
        is_arrow=True,
    ),
    "function-reads-uploads": Explanation(
        "Arrow 3 · the function reads the original",
        "The event carries only the name, so the function fetches the object: s3:GetObject on "
        "uploads/*.",
        "Object actions need the objects' ARN, bucket/*; and a missing object answers 403 "
        "instead of 404 to those without s3:ListBucket, so that its absence stays hidden.",
        "Each attempt fails with AccessDenied until the message is dead-lettered.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
        is_arrow=True,
    ),
    "function-writes-thumbnails": Explanation(
        "Arrow 4 · the function stores the thumbnail",
        "s3:PutObject on thumbnails/*, and on no other bucket: least privilege in one line.",
        "The execution role is what the code may do; who may invoke the code is another "
        "matter. No access keys belong in code or environment variables.",
        "The photo is read and decoded, and the write fails. Nothing is lost: the message "
        "stays in the queue and is retried.",
        f"{_LAMBDA}/lambda-intro-execution-role.html",
        is_arrow=True,
    ),
    "function-writes-metadata": Explanation(
        "Arrow 5 · the function records the item",
        "dynamodb:PutItem on the table, with a condition: first to claim the image, then to record "
        "how it ended.",
        "In one account an identity policy is enough, the table needs no policy of its own; "
        "BatchWriteItem and Query are other actions, and an index has its own ARN.",
        "The claim fails before any work is done.",
        f"{_DYNAMODB}/developerguide/api-permissions-reference.html",
        is_arrow=True,
    ),
}

LOOK_UPS = Explanation(
    "Look-ups",
    "A front end reads with a role of its own: GetItem for one image by its key, Query on the "
    "index for all of one status, newest first.",
    "Scan reads the whole table and filters afterwards, so you pay for every item read, not "
    "for every item returned; a key or an index that fits the question reads only the answer.",
    "The role gallery-front-end has dynamodb:GetItem on the table and dynamodb:Query on the index.",
    f"{_DYNAMODB}/developerguide/bp-query-scan.html",
)
