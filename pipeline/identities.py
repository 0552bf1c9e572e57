"""Who calls in a sandbox, and the boto3 clients that call as them.

Every identity has credentials of its own that the gate knows: the account's root user, the learner,
the two roles' sessions (got by ``sts:AssumeRole``, so the trust policies decide) and the AWS
services that act by themselves. Clients share one loader of botocore's service models, which are
most of what a client costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import boto3

from pipeline.cloud.service_models import core_session
from pipeline.cloud.stored_functions import StoredFunction
from pipeline.cloud.stored_policies import session_policy
from pipeline.gate.authorizer import Authorizer
from pipeline.gate.calls import Caller
from pipeline.gate.door import DOOR
from pipeline.iam.request import Principal
from pipeline.topology import Topology

ANYONE = "session"
"""Who a session is in the architecture's words, when it is of nobody in the architecture."""


@dataclass(slots=True)
class Identities:
    """The callers of one sandbox."""

    gate: Authorizer
    topology: Topology
    new_id: Callable[[], str]
    role_arn: Callable[[str], str | None]
    """Returns the ARN of a role by its name."""

    _sessions: dict[str, boto3.Session] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    # -- people --

    def admit_root(self) -> None:
        """Let the account's root user in; everything else starts from it."""
        account = self.topology.account
        self._forget()
        root = Caller("root", Principal.parse(f"arn:aws:iam::{account}:root"), user_id=account)
        self._admit("root", root)
        self._admit(
            "lambda", Caller("lambda", Principal.parse("lambda.amazonaws.com"), user_id="lambda")
        )

    def admit_learner(self, credentials: Mapping[str, str]) -> None:
        """Let the learner in, with the access key that IAM gave."""
        caller = Caller("learner", Principal.parse(credentials["Arn"]), credentials["UserId"])
        self._admit("learner", caller, credentials)

    def admit_session(
        self,
        answer: Mapping[str, Any],
        actor: str = ANYONE,
        before_call: Callable[[], None] | None = None,
        policy: str | None = None,
    ) -> None:
        """Let a role's session in, from the answer of an AssumeRole that somebody made.

        It ends when the answer says so, except where the caller is a part of the architecture:
        Lambda renews its sessions by itself, and the front end's SDK does.

        Args:
            answer: What STS answered.
            actor: Who the session is, in the architecture's words.
            before_call: Called before each of its calls; may raise.
            policy: The session policy that was passed, as JSON text.
        """
        user = answer["AssumedRoleUser"]
        principal = Principal.parse(user["Arn"])
        name = user["Arn"].split("/")[1]
        caller = Caller(
            actor,
            replace(principal, role_arn=self.role_arn(name) or principal.role_arn),
            user["AssumedRoleId"],
            before_call=before_call,
            session_policy=session_policy(policy) if policy else None,
            expires_at=answer["Credentials"]["Expiration"].timestamp() if actor == ANYONE else None,
        )
        DOOR.admit(answer["Credentials"]["AccessKeyId"], caller, self.gate)

    # -- services --

    def service_client(self, principal: str, source_arn: str, service: str) -> Any:
        """Return a client that calls as an AWS service on behalf of one resource of this account.

        The policies see the service as principal, and the resource as ``aws:SourceArn``.
        """
        name = f"{principal} for {source_arn}"
        if name not in self._sessions:
            context = {"aws:SourceArn": source_arn, "aws:SourceAccount": self.topology.account}
            actor = principal.partition(".")[0]
            self._admit(
                name, Caller(actor, Principal.parse(principal), user_id=actor, context=context)
            )
        return self.client(name, service)

    def for_function(self, function: StoredFunction, actor: str, service: str) -> Any:
        """Return a client for what the Lambda service does with a function's role."""
        return self._as_lambda(function, actor).client(service)  # type: ignore[call-overload]

    def function(self, function: StoredFunction, before_call: Callable[[], None]) -> boto3.Session:
        """Return a session with fresh credentials of a function's execution role."""
        return self._as_lambda(function, "function", before_call)

    def front_end(self, service: str) -> Any:
        """Return a client of the web front end, whose role the learner assumes."""
        if "front-end" not in self._sessions:
            role = self.topology.front_end_role
            self._sessions["front-end"] = self._assumed(
                role.arn, "front-end", "learner", "front-end"
            )
        return self.client("front-end", service)

    def client(self, name: str, service: str) -> Any:
        """Return an admitted identity's client of a service."""
        client = self._clients.get((name, service))
        if client is None:
            client = self._clients[name, service] = self._sessions[name].client(service)  # type: ignore[call-overload]
        return client

    # -- inside --

    def _as_lambda(
        self, function: StoredFunction, actor: str, before_call: Callable[[], None] | None = None
    ) -> boto3.Session:
        return self._assumed(function.role, actor, "lambda", function.name, before_call)

    def _assumed(
        self,
        role: str,
        actor: str,
        assumed_by: str,
        session_name: str,
        before_call: Callable[[], None] | None = None,
    ) -> boto3.Session:
        """Assume a role; ``ClientError`` when its trust policy does not let the caller."""
        answer = self.client(assumed_by, "sts").assume_role(
            RoleArn=role, RoleSessionName=session_name
        )
        self.admit_session(answer, actor, before_call)
        return self._session(answer["Credentials"])

    def _admit(
        self, name: str, caller: Caller, credentials: Mapping[str, str] | None = None
    ) -> None:
        if credentials is None:
            unique = self.new_id().replace("-", "").upper()
            credentials = {"AccessKeyId": f"AKIA{unique[:16]}", "SecretAccessKey": unique}
        DOOR.admit(credentials["AccessKeyId"], caller, self.gate)
        self._sessions[name] = self._session(credentials)

    def _session(self, credentials: Mapping[str, str]) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
            region_name=self.topology.region,
            botocore_session=core_session(),
        )

    def _forget(self) -> None:
        self._sessions.clear()
        self._clients.clear()
