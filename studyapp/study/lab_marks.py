"""What is wrong with a policy before it is put, in place: for the editor's margin."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.grading.places import KEY_POLICY, SCP, UnknownPlaceError, locate
from pipeline.iam.lint import Finding, lint
from pipeline.iam.policy import PolicyKind
from pipeline.topology import Topology, make_topology
from studyapp.study.labs import Lab

ACCOUNT = "{account}"
"""What documents write for the sandbox's account."""

KEY = "{key}"
"""What they write for the ARN of the key that ``key-policy`` is about."""

_KINDS: Mapping[str, tuple[PolicyKind, str | None]] = {
    "queue": (PolicyKind.RESOURCE, "sqs"),
    "topic": (PolicyKind.RESOURCE, "sns"),
    "function": (PolicyKind.RESOURCE, "lambda"),
    "bucket-policy": (PolicyKind.RESOURCE, "s3"),
    KEY_POLICY: (PolicyKind.RESOURCE, "kms"),
    "role": (PolicyKind.IDENTITY, "iam"),
    "boundary": (PolicyKind.IDENTITY, "iam"),
    "trust": (PolicyKind.TRUST, "iam"),
    SCP: (PolicyKind.IDENTITY, None),
}
"""By kind of place: what policy stands there, and which service keeps it."""


def marks(lab: Lab, place: str, text: str) -> tuple[Finding, ...]:
    """Return what is wrong with a document at a place of a lab; of settings nothing is said.

    Lines are those of the text. Columns are, too, up to the first ``{account}`` or ``{key}`` of a
    line: what they stand for is longer.
    """
    topology = make_topology(lab.topology)
    try:
        location = locate(topology, place)
    except UnknownPlaceError:
        return ()
    if not location.is_policy or location.kind not in _KINDS:
        return ()
    kind, service = _KINDS[location.kind]
    filled = text.replace(ACCOUNT, topology.account).replace(KEY, _key_arn(topology))
    return lint(filled, kind=kind, service=service)


def _key_arn(topology: Topology) -> str:
    """Return the ARN of some key: which one it will be is known in a sandbox alone."""
    key_id = "00000000-0000-4000-8000-000000000000"
    return f"arn:aws:kms:{topology.region}:{topology.account}:key/{key_id}"
