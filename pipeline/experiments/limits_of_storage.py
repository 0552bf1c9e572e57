"""Limits of DynamoDB and S3."""

from __future__ import annotations

from pipeline.experiments.limit import Limit, LimitGroup

STORAGE = (
    LimitGroup(
        "dynamodb-limits",
        "DynamoDB's items, batches and pages have these sizes.",
        (
            Limit(
                "item-400-kb",
                "an item has at most 400 KB",
                "dynamodb:BatchWriteItem",
                r"individual items can be up to (\d+) KB once stored",
                ("400",),
            ),
            Limit(
                "batch-write-25",
                "BatchWriteItem takes up to 25 puts and deletes",
                "dynamodb:BatchWriteItem",
                r"up to (\d+) item put or delete operations",
                ("25",),
            ),
            Limit(
                "batch-get-100",
                "BatchGetItem returns up to 100 items",
                "dynamodb:BatchGetItem",
                r"contain as many as (\d+) items",
                ("100",),
            ),
            Limit(
                "transaction-100",
                "a transaction groups up to 100 actions",
                "dynamodb:TransactWriteItems.TransactItems",
                None,
                ("1", "100"),
            ),
            Limit(
                "query-page-1-mb",
                "one Query reads up to 1 MB",
                "dynamodb:Query",
                r"maximum of (\d+) MB of data",
                ("1",),
            ),
            Limit(
                "ttl-within-two-days",
                "time to live deletes expired items at its best effort, typically within two days",
                "dynamodb:UpdateTimeToLive",
                r"typically deletes expired items within (\w+) days",
                ("two",),
            ),
            Limit(
                "on-demand-recommended",
                "on-demand billing (PAY_PER_REQUEST) is what AWS recommends for most workloads",
                "dynamodb:CreateTable.BillingMode",
                r"We recommend using (\w+) for most DynamoDB workloads",
                ("PAY_PER_REQUEST",),
            ),
        ),
    ),
    LimitGroup(
        "s3-limits",
        "S3's objects, uploads and lists have these sizes.",
        (
            Limit(
                "keys-per-page-1000",
                "one page of a listing has up to 1,000 keys",
                "s3:ListObjectsV2",
                r"Returns some or all \(up to ([\d,]+)\) of the objects",
                ("1,000",),
            ),
            Limit(
                "delete-up-to-1000",
                "one DeleteObjects takes up to 1,000 keys",
                "s3:DeleteObjects",
                r"list of up to ([\d,]+) keys",
                ("1,000",),
            ),
            Limit(
                "parts-1-to-10000",
                "a multipart upload has part numbers 1 to 10,000",
                "s3:UploadPart",
                r"Part numbers can be any number from (\d+) to ([\d,]*\d)",
                ("1", "10,000"),
            ),
            Limit(
                "copy-up-to-5-gb",
                "one CopyObject copies up to 5 GB; bigger objects are copied in parts",
                "s3:CopyObject",
                r"copy of your object up to (\d+) GB in size in a single atomic action",
                ("5",),
            ),
            Limit(
                "filter-name-1024",
                "a filter's prefix or suffix has up to 1,024 characters",
                "s3:PutBucketNotificationConfiguration.NotificationConfiguration"
                ".QueueConfigurations.Filter.Key.FilterRules.Name",
                r"maximum length is ([\d,]*\d) characters",
                ("1,024",),
            ),
            Limit(
                "overlapping-filters-not-supported",
                "filters whose prefixes and suffixes overlap are not supported",
                "s3:PutBucketNotificationConfiguration.NotificationConfiguration"
                ".QueueConfigurations.Filter.Key.FilterRules.Name",
                r"Overlapping prefixes and suffixes are (not supported)",
                ("not supported",),
            ),
            Limit(
                "put-replaces-notifications",
                "putting a notification configuration replaces the existing one",
                "s3:PutBucketNotificationConfiguration",
                r"This action (replaces) the existing notification configuration",
                ("replaces",),
            ),
            Limit(
                "notification-test-message",
                "before it takes one, S3 sends a test notification to its queues and topics",
                "s3:PutBucketNotificationConfiguration",
                r"permission to publish to it by sending a (test notification)",
                ("test notification",),
            ),
        ),
    ),
)
