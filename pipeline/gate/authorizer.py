"""The one gate: every API call → IAM requests → a decision → the service, or the service's error.

Who calls makes no difference: the learner, the function under its execution role, the Lambda
service polling, S3 delivering as ``s3.amazonaws.com``. Each has credentials that the gate knows,
and the gate stands where every botocore client of the process passes: on ``before-send``, when the
request is ready and before it leaves. An answer given there is parsed by botocore like any other,
so a denial reaches the caller as the service's genuine exception.

The order is AWS's: credentials, authorization, and only then the service's own checks. Two of
those checks are about permissions and moto does not make them, so they are made here: a service may
be asked before a call is forwarded (``checks``), and an object that is missing is hidden from those
who may not list its bucket.
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pipeline.clock import Clock
from pipeline.events import Emit, RequestAuthorized, RequestDenied
from pipeline.gate.calls import (
    SOURCE_IP,
    ApiCall,
    Attached,
    Caller,
    Check,
    Observer,
    Pace,
    PolicyReader,
    Trouble,
    as_response,
)
from pipeline.gate.deleting import delete_some
from pipeline.iam import wire
from pipeline.iam.evaluation import Decision, NamedPolicy, Policies, evaluate
from pipeline.iam.explanation import Explanation
from pipeline.iam.operations import Requirement, UnknownOperationError, requirements
from pipeline.iam.request import (
    ContextValue,
    PrincipalKind,
    Request,
    request_context,
    time_context,
)

_ASSUMING = frozenset({"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"})
"""What a role's trust policy decides."""


class Decided(NamedTuple):
    """A decision, and the policies that it rests on."""

    decision: Decision
    policies: Policies

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.decision.allowed


class Authorizer:
    """The gate of one sandbox."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        clock: Clock,
        policies: PolicyReader,
        forward: Callable[[AWSPreparedRequest], AWSResponse],
        emit: Emit,
        arrow_of: Callable[[str, str, str], str | None],
        new_id: Callable[[], str],
    ) -> None:
        self.account = account
        self.region = region
        self.clock = clock
        self.policies = policies
        self.checks: dict[tuple[str, str], Check] = {}
        self.observer: Observer | None = None
        self.pace: Pace | None = None
        self.trouble: Trouble | None = None
        self.listener: Callable[[Decided], None] | None = None
        self.scps: tuple[tuple[NamedPolicy, ...], ...] = ()
        self._lookups = policies.lookups()
        self._known_callers: dict[
            tuple[str, str], tuple[Mapping[str, str] | None, dict[str, ContextValue]]
        ] = {}
        self._forward = forward
        self._emit = emit
        self._arrow_of = arrow_of
        self._new_id = new_id

    # -- deciding --

    def decide(self, caller: Caller, service: str, requirement: Requirement) -> Decided:
        """Evaluate one requirement of a call against the stored policies, now."""
        request, policies = self.case(caller, service, requirement)
        decided = Decided(evaluate(request, policies, trace=False), policies)
        if self.listener is not None:
            self.listener(decided)
        return decided

    def case(
        self, caller: Caller, service: str, requirement: Requirement
    ) -> tuple[Request, Policies]:
        """Return the request that a call makes, and the stored policies that apply to it, now."""
        owner = self.policies.owner(requirement.resource)
        attached = self.policies.attached_to(caller.principal)
        request = Request(
            principal=caller.principal,
            action=requirement.action,
            resource=requirement.resource,
            resource_account=owner,
            context=self._context(caller, attached, service, requirement, owner),
        )
        is_trust = requirement.action in _ASSUMING
        policies = Policies(
            identity=attached.policies,
            resource=(
                self.policies.trust_policy(requirement.resource)
                if is_trust
                else self.policies.resource_policy(requirement.resource)
            ),
            boundaries=attached.boundaries,
            session=caller.session_policy,
            scps=self.scps if caller.principal.account == self.account else (),
            is_trust_policy=is_trust,
        )
        return request, policies

    def _context(
        self,
        caller: Caller,
        attached: Attached,
        service: str,
        requirement: Requirement,
        owner: str,
    ) -> dict[str, ContextValue]:
        """Return the condition keys of a request, as AWS fills them.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        """
        keys: dict[str, ContextValue] = {
            **self._caller_keys(caller, attached),
            **time_context(int(self.clock.now())),
            "aws:ResourceAccount": owner,
        }
        if requirement.action.startswith("kms:"):
            keys["kms:CallerAccount"] = caller.principal.account or owner
            if service != "kms":
                keys["kms:ViaService"] = f"{service}.{self.region}.amazonaws.com"
        return {**keys, **caller.context, **requirement.context}

    def _caller_keys(self, caller: Caller, attached: Attached) -> Mapping[str, ContextValue]:
        """Return the keys that all requests of a caller have, made anew when its tags change."""
        who = (caller.principal.arn, caller.user_id)
        tags, keys = self._known_callers.get(who, (None, {}))
        if tags == attached.tags:
            return keys
        principal = caller.principal
        keys = request_context(principal, region=self.region, time=self.clock.now())
        if principal.account is not None:
            keys |= {
                "aws:userid": caller.user_id,
                "aws:SourceIp": SOURCE_IP,
                "aws:ViaAWSService": "false",
            }
            keys |= {f"aws:PrincipalTag/{name}": value for name, value in attached.tags.items()}
        if principal.kind is PrincipalKind.ROLE_SESSION:
            keys["aws:MultiFactorAuthPresent"] = "false"
        self._known_callers[who] = (attached.tags, keys)
        return keys

    def answer(self, call: ApiCall, request: AWSPreparedRequest) -> AWSResponse:
        """Return the service's answer to a call, or its refusal."""
        needed = requirements(
            call.service,
            call.operation,
            call.parameters,
            account=self.account,
            region=self.region,
            caller=call.caller.principal.arn,
            lookups=self._lookups,
        )
        if not needed:
            raise UnknownOperationError(
                f"{call.service}:{call.operation} names nothing that it would act on."
            )
        who = call.caller.principal.arn
        arrow = next((a for r in needed if (a := self._arrow_of(who, r.action, r.resource))), None)
        if call.caller.before_call is not None:
            call.caller.before_call()
        if self.pace is not None and call.caller.actor not in {"learner", "front-end", "root"}:
            self.pace(call, arrow)
        denied: dict[str, str] = {}
        for requirement in needed:
            decided = self.decide(call.caller, call.service, requirement)
            if decided.allowed:
                self._emit(
                    RequestAuthorized(**self._facts(call, decided, arrow))  # type: ignore[arg-type]
                )
            elif call.operation == "DeleteObjects":
                key = requirement.resource.partition("/")[2]
                denied[key] = self._deny(call, decided, arrow).message
            else:
                return as_response(request, self._deny(call, decided, arrow))
        if denied:
            return delete_some(request, denied, self._forward, self._new_id())
        if self.trouble is None:
            return self._serve(call, request, arrow)
        refusal = self.trouble.before(call)
        if refusal is not None:
            return as_response(request, refusal)
        response = self._serve(call, request, arrow)
        self.trouble.after(call)
        return response

    def _serve(self, call: ApiCall, request: AWSPreparedRequest, arrow: str | None) -> AWSResponse:
        """Return the service's own answer to an authorized call."""
        check = self.checks.get((call.service, call.operation))
        own_answer = check(call) if check is not None else None
        if own_answer is not None:
            return as_response(request, own_answer)
        response = self._forward(request)
        if response.status_code == 404 and call.operation in {"GetObject", "HeadObject"}:
            return self._hide_missing_object(call, request, response, arrow)
        return response

    def _hide_missing_object(
        self, call: ApiCall, request: AWSPreparedRequest, missing: AWSResponse, arrow: str | None
    ) -> AWSResponse:
        """Answer 404 only to those who may list the bucket; to others 403, as S3 does."""
        bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
        decided = self.decide(call.caller, "s3", Requirement("s3:ListBucket", bucket, {}))
        if decided.allowed:
            return missing
        return as_response(request, self._deny(call, decided, arrow))

    def _deny(self, call: ApiCall, decided: Decided, arrow: str | None) -> wire.WireResponse:
        """Announce a denial, and return it as the service words it."""
        denial = wire.denial(
            call.service,
            call.operation,
            decided.decision,
            protocol=call.protocol,
            request_id=self._new_id(),
        )
        self._emit(
            RequestDenied(
                **self._facts(call, decided, arrow),  # type: ignore[arg-type]
                status=denial.status,
                code=denial.code,
                message=denial.message,
            )
        )
        self.clock.tick()
        return denial

    def _facts(self, call: ApiCall, decided: Decided, arrow: str | None) -> dict[str, object]:
        return {
            "time": self.clock.elapsed(),
            "actor": call.caller.actor,
            "caller": call.caller.principal.arn,
            "service": call.service,
            "operation": call.operation,
            "action": decided.decision.request.action,
            "resource": decided.decision.request.resource,
            "arrow": arrow,
            "decision": Explanation(*decided),
            "request": _without_bodies(call.parameters),
        }


def _without_bodies(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters fit to show: bytes and streams as their length."""
    return {name: _shown(value) for name, value in parameters.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return f"({len(value):,} bytes)"
    if isinstance(value, Mapping):
        return {str(k): _shown(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(v) for v in value]
    if hasattr(value, "read"):
        return "(a stream)"
    return value
