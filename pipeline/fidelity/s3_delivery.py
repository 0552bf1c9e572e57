"""moto delivers S3 event notifications itself, past any policy and in a record of its own.

Its delivery goes round every permission, doubles multipart uploads and leaves fields out, so in a
sandbox it never runs; ``pipeline/delivery`` delivers as S3 does.
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html)
"""

from __future__ import annotations

from typing import Any

from moto.s3 import notifications

from pipeline.fidelity.entered import entered_clock

_send_event = notifications.send_event
_send_test_event = notifications.send_test_event


def send_event(*arguments: Any, **named: Any) -> None:
    """Let moto deliver only outside a sandbox."""
    if entered_clock() is None:
        _send_event(*arguments, **named)


def send_test_event(*arguments: Any, **named: Any) -> None:
    """Let moto test destinations only outside a sandbox."""
    if entered_clock() is None:
        _send_test_event(*arguments, **named)


def apply() -> None:
    """Stand between moto's buckets and its delivery."""
    notifications.send_event = send_event
    notifications.send_test_event = send_test_event
