"""moto does not know the address at which clients read a stream of a known account.

botocore sends what names a stream's ARN to ``ACCOUNT.streams-ddb.REGION.amazonaws.com``; moto
answers at ``streams.dynamodb.REGION.amazonaws.com`` alone.
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html)
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from pipeline.fidelity.entered import entered_clock

_process_request = BotocoreStubber.process_request
_ACCOUNT_ADDRESS = re.compile(r"^(https?://)\d{12}\.streams-ddb\.")


def process_request(stubber: BotocoreStubber, request: Any) -> Any:
    """Answer a request to an account's own address as one to the service's."""
    if entered_clock() is None:
        return _process_request(stubber, request)
    address = request.url
    request.url = _ACCOUNT_ADDRESS.sub(r"\1streams.dynamodb.", address)
    try:
        return _process_request(stubber, request)
    finally:
        request.url = address


def apply() -> None:
    """Stand before moto's dispatch."""
    BotocoreStubber.process_request = process_request  # type: ignore[method-assign, assignment]
