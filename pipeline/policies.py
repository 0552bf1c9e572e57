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
from pipeline.delivery.s3_destinations import queue_url
from pipeline.iam.evaluation import NamedPolicy
from pipeline.iam.policy import PolicyKind, parse_policy
from pipeline.iam.writing import to_document
from pipeline.provisioning import permission_of
from pipeline.topology import (
    POLICY_VERSION,
    Arrow,
    Place,
    PolicyDocument,
    Topology,
    statement_of,
    with_statement,
    without_statement,
)
from pipeline.topology.statements import allow, policy


@dataclass(frozen=True, slots=True)
class Policies:
    """A topology's policies, in their places."""

    topology: Topology
    stored: StoredPolicies
    clock: Clock
    emit: e.Emit
    client: Callable[[str], Any]
    """Returns the learner's boto3 client of a service."""

    limit: Callable[[tuple[tuple[NamedPolicy, ...], ...]], None]
    """Puts the account under service control policies, by level."""

    def read(self, place: str) -> PolicyDocument:
        """Return the policy in a place; one without statements where there is none."""
        text = self.stored.policy_text(self.topology.places[place])
        document: PolicyDocument = (
            json.loads(text) if text else {"Version": POLICY_VERSION, "Statement": []}
        )
        return document

    def put(self, place: str, document: Mapping[str, Any] | str) -> None:
        """Put a policy; ``ClientError`` when the service refuses it, ``KeyError`` for no place."""
        text = document if isinstance(document, str) else json.dumps(document)
        where = self.topology.places[place]
        _PUTS[where.kind](self, where.name, text)
        self.emit(
            e.PolicyChanged(time=self.clock.elapsed(), policy=place, document=self.read(place))
        )

    def attach_scp(self, document: Mapping[str, Any] | str | None) -> None:
        """Attach a service control policy, or take it away; ``PolicyError`` for a malformed one."""
        scp = None if document is None else parse_policy(document, kind=PolicyKind.IDENTITY)
        extra = () if scp is None else (NamedPolicy(SCP, scp),)
        self.limit(((_FULL_ACCESS, *extra),) if extra else ())
        shown = _FULL_ACCESS.policy if scp is None else scp
        self.emit(
            e.PolicyChanged(time=self.clock.elapsed(), policy=SCP, document=to_document(shown))
        )

    def break_arrow(self, name: str) -> None:
        """Take away the statement that an arrow rests on; ``KeyError`` for an unknown arrow."""
        arrow = self.topology.arrow(name)
        document = without_statement(self.read(arrow.policy), arrow.sid)
        # SQS has no empty policies: a queue without statements has no policy.
        is_empty_queue = not document["Statement"] and self._kind(arrow) == "queue"
        self.put(arrow.policy, "" if is_empty_queue else document)
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

    def _kind(self, arrow: Arrow) -> str:
        return self.topology.places[arrow.policy].kind

    def _stands(self, arrow: Arrow) -> bool:
        original = statement_of(self.topology.policies[arrow.policy], arrow.sid)
        statements = self.read(arrow.policy)["Statement"]
        standing = statements if isinstance(statements, list) else [statements]
        return _comparable(original) in map(_comparable, standing)

    # -- how each kind is put --

    def _put_on_queue(self, name: str, text: str) -> None:
        arn = next(q.arn for q in self.topology.queues if q.name == name)
        self.client("sqs").set_queue_attributes(
            QueueUrl=queue_url(arn), Attributes={"Policy": text}
        )

    def _put_on_topic(self, name: str, text: str) -> None:
        arn = next(t.arn for t in self.topology.topics if t.name == name)
        self.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=text or _NOTHING
        )

    def _put_on_role(self, name: str, text: str) -> None:
        self.client("iam").put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=text)

    def _put_trust(self, name: str, text: str) -> None:
        self.client("iam").update_assume_role_policy(RoleName=name, PolicyDocument=text)

    def _put_on_function(self, name: str, text: str) -> None:
        """Lambda has no put: statements are removed and added, one by one."""
        functions = self.client("lambda")
        place = Place("function", name)
        standing = json.loads(self.stored.policy_text(place) or _NOTHING)["Statement"]
        for statement in standing:
            functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
        for statement in json.loads(text or _NOTHING)["Statement"]:
            functions.add_permission(**permission_of(name, statement))


def _comparable(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement with its condition keys in lower case.

    Lambda writes ``AWS:SourceArn`` for ``aws:SourceArn``, and to IAM they are the same
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
    """
    conditions = statement.get("Condition", {})
    keys = {
        operator: {key.lower(): value for key, value in entries.items()}
        for operator, entries in conditions.items()
    }
    return {**statement, "Condition": keys}


SCP = "service control policy"
_FULL_ACCESS = NamedPolicy(
    "FullAWSAccess",
    parse_policy(policy(allow("FullAWSAccess", "*", Resource="*"))),
    arn="arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
)
_NOTHING = json.dumps({"Version": POLICY_VERSION, "Statement": []})

_PUTS: Mapping[str, Callable[[Policies, str, str], None]] = {
    "queue": Policies._put_on_queue,  # noqa: SLF001 - a table of this module's own puts
    "topic": Policies._put_on_topic,  # noqa: SLF001
    "function": Policies._put_on_function,  # noqa: SLF001
    "role": Policies._put_on_role,  # noqa: SLF001
    "trust": Policies._put_trust,  # noqa: SLF001
}
"""By the kind of a place."""
