"""moto tells fractions of seconds and no redrive allow policy; SQS whole seconds and the policy.

(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html)
And moto drops a queue's policy whenever another attribute is set; SQS changes what it is given.
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue, SQSBackend

from pipeline.fidelity.entered import entered_clock

ALLOW_POLICY = "RedriveAllowPolicy"
_TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")
_get_queue_attributes = SQSBackend.get_queue_attributes
_set_queue_attributes = SQSBackend.set_queue_attributes


def allow_policy_of(queue: Any) -> str | None:
    """Return a queue's redrive allow policy, as JSON text; None when it has none."""
    return getattr(queue, "redrive_allow_policy", None) or None


def get_queue_attributes(
    backend: SQSBackend, queue_name: str, attribute_names: list[str]
) -> dict[str, Any]:
    """Return a queue's attributes, in a sandbox as SQS writes them."""
    if entered_clock() is None:
        return _get_queue_attributes(backend, queue_name, attribute_names)
    names = [name for name in attribute_names if name != ALLOW_POLICY]
    found = _get_queue_attributes(backend, queue_name, names)
    for name in _TIMES:
        if name in found:
            found[name] = int(found[name])
    policy = allow_policy_of(backend.get_queue(queue_name))
    if policy and ("All" in attribute_names or ALLOW_POLICY in attribute_names):
        found[ALLOW_POLICY] = policy
    return found


def set_queue_attributes(backend: SQSBackend, queue_name: str, attributes: dict[str, Any]) -> Queue:
    """Set a queue's attributes; in a sandbox its policy stays unless it is one of them."""
    policy = backend.get_queue(queue_name).policy
    queue = _set_queue_attributes(backend, queue_name, attributes)
    if entered_clock() is not None and "Policy" not in attributes:
        queue.policy = policy
    return queue


def apply() -> None:
    """Put the corrections around moto's answer."""
    SQSBackend.set_queue_attributes = set_queue_attributes  # type: ignore[method-assign, assignment]
    SQSBackend.get_queue_attributes = get_queue_attributes  # type: ignore[method-assign, assignment]
