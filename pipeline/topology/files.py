"""Other work of the same shape: a log file summarised, a JSON document validated.

Both are S3 → SQS → Lambda, as the thumbnail pipeline is; what differs is what the function does and
which permissions that takes.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.topology.branching import Branch, Sender, make_branch
from pipeline.topology.building import Draft, arrow, numbered
from pipeline.topology.resources import Bucket, Notification, Table
from pipeline.topology.statements import allow
from pipeline.topology.thumbnails import EVERY_CREATION
from pipeline.topology.values import Arrow, Entry, Node, Topology


def logs_topology(account: str, region: str) -> Topology:
    """Return S3 → SQS → a function that summarises log files → S3 and DynamoDB."""
    draft = Draft(account, region)
    source, results = Bucket(f"logs-{account}"), Bucket(f"summaries-{account}")
    table = draft.table("summaries", "log_id")
    branch = make_branch(
        draft,
        "summary",
        "log_summary",
        (
            allow("FunctionReadsLogs", "s3:GetObject", Resource=f"{source.arn}/*"),
            allow("FunctionWritesSummaries", "s3:PutObject", Resource=f"{results.arn}/*"),
            allow("FunctionWritesTable", "dynamodb:PutItem", Resource=table.arn),
        ),
        {"RESULTS_BUCKET": results.name, "SUMMARIES_TABLE": table.name},
        sender=Sender("s3.amazonaws.com", source.arn, "logs"),
    )
    return _files(
        draft,
        "logs",
        "S3 → SQS → Lambda: a log file summarised",
        noun="log file",
        branch=branch,
        source=source,
        results=(results,),
        table=table,
        writes=lambda b: (
            _reads(b, "logs", "FunctionReadsLogs", source),
            b.writes(
                "summaries",
                "FunctionWritesSummaries",
                "s3:PutObject",
                f"{results.arn}/*",
                meaning="The summary is stored in another bucket than the logs come to.",
            ),
            b.writes(
                "table",
                "FunctionWritesTable",
                "dynamodb:PutItem",
                table.arn,
                meaning="One item for each log file: repeating it does no harm.",
            ),
        ),
    )


def documents_topology(account: str, region: str) -> Topology:
    """Return S3 → SQS → a function that validates JSON documents → DynamoDB."""
    draft = Draft(account, region)
    source = Bucket(f"documents-{account}")
    table = draft.table("documents", "document_id")
    branch = make_branch(
        draft,
        "validation",
        "documents",
        (
            allow("FunctionReadsDocuments", "s3:GetObject", Resource=f"{source.arn}/*"),
            allow("FunctionWritesTable", "dynamodb:PutItem", Resource=table.arn),
        ),
        {"DOCUMENTS_TABLE": table.name},
        sender=Sender("s3.amazonaws.com", source.arn, "documents"),
    )
    return _files(
        draft,
        "documents",
        "S3 → SQS → Lambda: a JSON document validated and indexed",
        noun="document",
        branch=branch,
        source=source,
        results=(),
        table=table,
        writes=lambda b: (
            _reads(b, "documents", "FunctionReadsDocuments", source),
            b.writes(
                "table",
                "FunctionWritesTable",
                "dynamodb:PutItem",
                table.arn,
                meaning="Valid or rejected, each document has one item that says so.",
            ),
        ),
    )


def _reads(branch: Branch, node: str, sid: str, bucket: Bucket) -> Arrow:
    return arrow(
        f"{branch.name}-reads-{node}",
        node,
        branch.name,
        by=("function", branch.function.caller),
        grant=(branch.role_place, sid),
        actions="s3:GetObject",
        resource=f"{bucket.arn}/*",
        meaning="The function reads the file; the event carries only its name.",
    )


def _files(
    draft: Draft,
    name: str,
    summary: str,
    *,
    noun: str,
    branch: Branch,
    source: Bucket,
    results: tuple[Bucket, ...],
    table: Table,
    writes: Callable[[Branch], tuple[Arrow, ...]],
) -> Topology:
    """Return an architecture of one bucket, one branch, and what its function makes."""
    notified = Bucket(
        source.name,
        notifications=(Notification(f"{name}-to-jobs", branch.queue.arn, EVERY_CREATION),),
    )
    return Topology(
        name=name,
        summary=summary,
        account=draft.account,
        region=draft.region,
        entry=Entry("upload", source.name, noun),
        buckets=(notified, *results),
        queues=(branch.queue, branch.dead_letters),
        tables=(table,),
        functions=(branch.function,),
        mappings=(branch.mapping,),
        policies=branch.policies,
        places=branch.places,
        nodes=(
            Node(name, "bucket", source.name, name),
            *branch.nodes,
            *(Node("summaries", "bucket", bucket.name, "summaries") for bucket in results),
            Node("table", "table", table.name, table.name),
        ),
        arrows=numbered(*branch.arrows(*writes(branch))),
    )
