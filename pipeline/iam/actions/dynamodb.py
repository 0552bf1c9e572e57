"""DynamoDB's tables, indexes, backups and streams.

Exports, imports and streams to Kinesis are not here: they touch other services as their caller.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions import dynamodb_items
from pipeline.iam.actions.dynamodb_items import table, table_arn, table_or_index
from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    given,
    named,
    no_resource,
    on,
    one,
    refused,
    together,
)

_RESTORING = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
"""What making a table from a backup needs on it beside its own action."""


def _any_table(parameters: Parameters, place: Place) -> str:
    """Return the table that something is listed of, or what stands for every table."""
    return str(parameters.get("TableArn") or place.arn("dynamodb", "table/*"))


def _global_table(parameters: Parameters, place: Place) -> str:
    return place.global_arn("dynamodb", f"global-table/{parameters['GlobalTableName']}")


def _table_of_global(parameters: Parameters, place: Place) -> str:
    return table_arn(parameters["GlobalTableName"], place)


def _restored(parameters: Parameters, place: Place) -> str:
    return table_arn(parameters["TargetTableName"], place)


def _restored_from(parameters: Parameters, place: Place) -> str:
    return table_arn(parameters.get("SourceTableArn") or parameters["SourceTableName"], place)


def _both(operation: str) -> Needs:
    """Return the row of an operation on a global table and on the table that it is made of."""
    action = f"dynamodb:{operation}"
    return together(one(action, _global_table), one(action, _table_of_global))


def _iterated(parameters: Parameters, _: Place) -> str:
    """Return the stream that a shard iterator is for, whose ARN it begins with."""
    stream, mark, _rest = str(parameters["ShardIterator"]).partition("|")
    if not mark:
        raise UnknownOperationError(
            "The ShardIterator tells no stream; use one that GetShardIterator returned."
        )
    return stream


_replicas = refused(
    "Replicas in other Regions are not modelled, so what changing them needs is not known here."
)
_fill = tuple(one(f"dynamodb:{name}", _restored) for name in _RESTORING)

OPERATIONS: Mapping[str, Needs] = {
    **dynamodb_items.OPERATIONS,
    **on(
        "dynamodb",
        table,
        "CreateBackup DeleteTable DescribeContinuousBackups DescribeKinesisStreamingDestination "
        "DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive "
        "DisableKinesisStreamingDestination UpdateContinuousBackups UpdateTimeToLive",
    ),
    **on("dynamodb", table_or_index, "DescribeContributorInsights UpdateContributorInsights"),
    **on("dynamodb", named("BackupArn"), "DeleteBackup DescribeBackup"),
    **on("dynamodb", named("ExportArn"), "DescribeExport"),
    **on("dynamodb", named("ImportArn"), "DescribeImport"),
    **on("dynamodb", _global_table, "DescribeGlobalTable DescribeGlobalTableSettings"),
    **on(
        "dynamodb",
        named("ResourceArn"),
        "DeleteResourcePolicy GetResourcePolicy ListTagsOfResource PutResourcePolicy",
    ),
    **on("dynamodb", named("ResourceArn"), "TagResource UntagResource", tags),
    **on(
        "dynamodb",
        no_resource,
        "DescribeEndpoints DescribeLimits ListBackups ListContributorInsights ListGlobalTables "
        "ListTables",
    ),
    **on("dynamodb", _any_table, "ListExports ListImports"),
    **{
        name: _both(name)
        for name in ("CreateGlobalTable", "UpdateGlobalTable", "UpdateGlobalTableSettings")
    },
    "CreateTable": together(
        one("dynamodb:CreateTable", table, tags),
        tagging("dynamodb:TagResource", table),
        given(("ResourcePolicy",), one("dynamodb:PutResourcePolicy", table)),
        given(("GlobalTableSourceArn",), _replicas),
    ),
    "RestoreTableFromBackup": together(
        one("dynamodb:RestoreTableFromBackup", named("BackupArn")),
        one("dynamodb:RestoreTableFromBackup", _restored),
        *_fill,
    ),
    "RestoreTableToPointInTime": together(
        one("dynamodb:RestoreTableToPointInTime", _restored_from),
        one("dynamodb:RestoreTableToPointInTime", _restored),
        *_fill,
    ),
    "UpdateTable": together(
        given(("ReplicaUpdates", "GlobalTableWitnessUpdates"), _replicas),
        one("dynamodb:UpdateTable", table),
    ),
}
STREAM_OPERATIONS: Mapping[str, Needs] = {
    **on("dynamodb", named("StreamArn"), "DescribeStream GetShardIterator"),
    "GetRecords": one("dynamodb:GetRecords", _iterated),
    "ListStreams": one("dynamodb:ListStreams", no_resource),
}
