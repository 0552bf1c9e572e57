"""moto closes every account's objects when one account is cleared; accounts keep theirs.

moto lists every object of the process, to close its file when a backend is reset, and does not ask
whose it is: a sandbox that closes would take the objects of all others with it. On AWS accounts
have nothing of one another.
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html)
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeKey, FakeMultipart, S3Backend

from pipeline.cloud.bodies import drop_bodies
from pipeline.cloud.object_changes import forget_changes
from pipeline.fidelity.entered import entered_clock

_TRACKED: tuple[Any, ...] = (FakeKey, FakeMultipart)
_reset = S3Backend.reset


def reset(backend: S3Backend) -> None:
    """Clear one account, with the other accounts' objects out of moto's sight."""
    if entered_clock() is None:
        _reset(backend)
        return
    forget_changes(backend.account_id)
    kept = {kind: _of_others(kind, backend) for kind in _TRACKED}
    for kind in _TRACKED:
        kind.instances_tracked = [
            each for each in kind.instances_tracked if each.account_id == backend.account_id
        ]
    try:
        _reset(backend)
    finally:
        for kind in _TRACKED:
            kind.instances_tracked = kept[kind]
        drop_bodies(backend.account_id)


def _of_others(kind: Any, backend: S3Backend) -> list[Any]:
    return [each for each in kind.instances_tracked if each.account_id != backend.account_id]


def apply() -> None:
    """Stand before the reset of moto's buckets."""
    S3Backend.reset = reset  # type: ignore[method-assign, assignment]
