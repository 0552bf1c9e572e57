"""The fidelity table as values."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

SERVICES = {
    "s3": "S3",
    "sqs": "SQS",
    "lambda": "Lambda",
    "sns": "SNS",
    "events": "EventBridge",
    "dynamodb": "DynamoDB",
    "streams": "DynamoDB Streams",
    "logs": "CloudWatch Logs",
    "iam": "IAM",
    "sandbox": "Sandbox",
}
"""What a behaviour can be of, in the order of the table, and how it is written."""

VERDICTS = ("as AWS", "corrected", "simplified", "not modelled")
"""As AWS by moto itself or by us · moto differs, and we correct it · near, but less than AWS does ·
absent."""

TABLE = "table.json"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: something that a learner could rely on."""

    service: str
    """A key of ``SERVICES``."""

    behaviour: str
    """What AWS does, in one sentence without a full stop."""

    verdict: str
    """One of ``VERDICTS``."""

    address: str
    """Where AWS documents it."""

    note: str = ""
    """What differs here; empty where nothing does."""

    def document(self) -> dict[str, Any]:
        """Return the row as a JSON document."""
        return asdict(self)


def in_order(rows: Iterable[Behaviour]) -> tuple[Behaviour, ...]:
    """Return rows by service, then by verdict, then by their words."""
    services = list(SERVICES)
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                services.index(row.service),
                VERDICTS.index(row.verdict),
                row.behaviour,
            ),
        )
    )


@functools.cache
def fidelity_table() -> tuple[Behaviour, ...]:
    """Return every row, in order."""
    text = (resources.files("pipeline.behaviours") / TABLE).read_text("utf-8")
    return tuple(Behaviour(**row) for row in json.loads(text))
