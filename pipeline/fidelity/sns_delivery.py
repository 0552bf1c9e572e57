"""moto delivers to subscriptions itself, past any policy, and knows few filter policies.

Its delivery asks no queue's policy, keeps no dead letters, signs with a version of its own, and
refuses filter policies that SNS takes. In a sandbox it never runs:
``pipeline/delivery/sns.py`` delivers, and ``pipeline/cloud/topic_checks.py`` checks.
(https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html)
"""

from __future__ import annotations

import sys
from typing import Any

from pipeline.fidelity.entered import entered_clock

_MODELS = "moto.sns.models"


def apply() -> None:
    """Stand between moto's topics and their subscriptions, once moto's SNS is loaded."""
    models: Any = sys.modules.get(_MODELS)
    if models is None or hasattr(models.Subscription.publish, "corrected"):
        return
    models.Subscription.publish = _outside(models.Subscription.publish)
    backend = models.SNSBackend
    backend._validate_filter_policy = _outside(backend._validate_filter_policy)  # noqa: SLF001 - moto has no other place to stand


def _outside(function: Any) -> Any:
    """Return a method of moto's that does nothing inside a sandbox."""

    def method(*arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named) if entered_clock() is None else None

    method.corrected = True  # type: ignore[attr-defined]
    return method
