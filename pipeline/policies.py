"""The policies that a learner may change, and the arrows that rest on their statements.

Every change is a real call of the learner's, so a service refuses what it refuses on AWS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.cloud.stored_policies import StoredPolicies
from pipeline.delivery.s3 import queue_url
from pipeline.topology import (
    EXECUTION_ROLE_POLICY,
    POLICY_VERSION,
    QUEUE_POLICY,
    TRUST_POLICY,
    Arrow,
    PolicyDocument,
    Topology,
    statement_of,
    with_statement,
    without_statement,
)


@dataclass(frozen=True, slots=True)
class Policies:
    """A topology's policies, in their places."""

    topology: Topology
    stored: StoredPolicies
    clock: Clock
    emit: e.Emit
    client: Callable[[str], Any]
    """Returns the learner's boto3 client of a service."""

    def read(self, place: str) -> PolicyDocument:
        """Return the policy in a place; one without statements where there is none."""
        text = self.stored.policy_text(place, self.topology)
        document: PolicyDocument = (
            json.loads(text) if text else {"Version": POLICY_VERSION, "Statement": []}
        )
        return document

    def put(self, place: str, document: Mapping[str, Any] | str) -> None:
        """Put a policy; ``ClientError`` when the service refuses it, ``KeyError`` for no place."""
        text = document if isinstance(document, str) else json.dumps(document)
        role = self.topology.execution_role
        if place == QUEUE_POLICY:
            self.client("sqs").set_queue_attributes(
                QueueUrl=queue_url(self.topology.queue.arn), Attributes={"Policy": text}
            )
        elif place == EXECUTION_ROLE_POLICY:
            self.client("iam").put_role_policy(
                RoleName=role.name, PolicyName=role.policy_name, PolicyDocument=text
            )
        elif place == TRUST_POLICY:
            self.client("iam").update_assume_role_policy(RoleName=role.name, PolicyDocument=text)
        else:
            raise KeyError(place)
        self.emit(
            e.PolicyChanged(time=self.clock.elapsed(), policy=place, document=self.read(place))
        )

    def break_arrow(self, name: str) -> None:
        """Take away the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        arrow = self.topology.arrow(name)
        document = without_statement(self.read(arrow.policy), arrow.sid)
        # SQS has no empty policies: a queue without statements has no policy.
        self.put(arrow.policy, document if document["Statement"] else "")
        self.emit(e.ArrowBroken(time=self.clock.elapsed(), arrow=name))

    def restore_arrow(self, name: str) -> None:
        """Put back the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        arrow = self.topology.arrow(name)
        original = statement_of(self.topology.policies[arrow.policy], arrow.sid)
        self.put(arrow.policy, with_statement(self.read(arrow.policy), original))
        self.emit(e.ArrowRestored(time=self.clock.elapsed(), arrow=name))

    @property
    def broken_arrows(self) -> frozenset[str]:
        """The arrows whose original statement does not stand in its policy."""
        return frozenset(arrow.name for arrow in self.topology.arrows if not self._stands(arrow))

    def _stands(self, arrow: Arrow) -> bool:
        original = statement_of(self.topology.policies[arrow.policy], arrow.sid)
        statements = self.read(arrow.policy)["Statement"]
        return original in (statements if isinstance(statements, list) else [statements])
