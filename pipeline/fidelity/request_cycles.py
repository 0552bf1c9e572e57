"""moto's requests name themselves in their own environment, and so outlive their answer.

A request that holds itself goes only when Python looks for such cycles, which it does by the number
of objects, not by their size: dozens of uploads' bodies, each twice, would wait in memory. Nothing
that AWS does; a sandbox only must not need the memory of a spike
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html).
"""

from __future__ import annotations

from typing import Any

from moto.core import botocore_stubber
from moto.core.request import Request

from pipeline.fidelity.entered import entered_clock

_normalize_request: Any = vars(botocore_stubber)["normalize_request"]


def normalize_request(request: Any) -> Request:
    """Return moto's form of a request, which nothing holds but who handles it."""
    normalized: Request = _normalize_request(request)
    if entered_clock() is not None:
        normalized.environ.pop("werkzeug.request", None)
    return normalized


def apply() -> None:
    """Stand where moto takes requests from boto3."""
    vars(botocore_stubber)["normalize_request"] = normalize_request
