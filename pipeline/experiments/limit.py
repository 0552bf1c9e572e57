"""A documented limit as a value: where it stands in botocore's models, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_REFERENCES: Mapping[str, str] = {
    "dynamodb": "amazondynamodb/latest/APIReference",
    "events": "eventbridge/latest/APIReference",
    "lambda": "lambda/latest/api",
    "s3": "AmazonS3/latest/API",
    "sns": "sns/latest/api",
    "sqs": "AWSSimpleQueueService/latest/APIReference",
    "sts": "STS/latest/APIReference",
}
"""Where AWS publishes the API reference of a service, by boto3's name of it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit."""

    observed: str
    """The id of its observation."""

    text: str
    """What is so, with the values."""

    place: str
    """Where it stands: ``service:Operation`` or ``service:Operation.Member.Member``."""

    pattern: str | None
    """A regular expression over the documentation there, whose groups are the values; None for the
    member's bounds.
    """

    expected: tuple[str, ...]
    """The values: the groups, or least and greatest (empty where the model has none)."""

    @property
    def address(self) -> str:
        """The page of the API reference that says it."""
        service, _, path = self.place.partition(":")
        operation = path.partition(".")[0]
        return f"https://docs.aws.amazon.com/{_REFERENCES[service]}/API_{operation}.html"


@dataclass(frozen=True, slots=True)
class LimitGroup:
    """The limits of one thing, which are one experiment."""

    id: str
    claim: str
    limits: tuple[Limit, ...]
