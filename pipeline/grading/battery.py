"""What nobody may in an architecture: the requests that a policy should leave denied.

They follow from the arrows. An arrow that an AWS service travels must be closed to the same service
working for somebody else (the confused deputy), to other services, to other accounts and to
everyone; a function's role must do on the architecture's resources what its arrows say, and nothing
to anything else.
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.grading.values import Forbidden
from pipeline.topology import Arrow, Function, Role, Topology, statement_of

OUTSIDER = "111122223333"
"""An account of nobody's, of those that AWS keeps for examples."""

_STRANGER = f"arn:aws:iam::{OUTSIDER}:user/somebody"
_OTHER_BUCKET = "arn:aws:s3:::somebody-elses-bucket"
_PHOTO = "photo.jpg"


def battery(topology: Topology) -> tuple[Forbidden, ...]:
    """Return the requests that must be denied in an architecture, whatever is edited in it."""
    return (
        *_deputies(topology),
        *_resources(topology),
        *(f for function in topology.functions for f in _function(topology, function)),
        *(f for role in topology.other_roles for f in _reader(topology, role)),
        *(f for role in _roles(topology) for f in _assuming(role)),
    )


def key_battery(key: str) -> tuple[Forbidden, ...]:
    """Return the requests that must be denied of a customer managed key, by its ARN."""
    return tuple(_strangers(key, _KEY, "the key"))


def _roles(topology: Topology) -> Iterator[Role]:
    yield from (function.role for function in topology.functions)
    yield from topology.other_roles


# -- services that act for somebody else --


def _deputies(topology: Topology) -> Iterator[Forbidden]:
    for arrow in topology.arrows:
        if arrow.caller.endswith(".amazonaws.com"):
            yield from _deputy(topology, arrow)


def _deputy(topology: Topology, arrow: Arrow) -> Iterator[Forbidden]:
    service = arrow.caller.partition(".")[0]
    sources = _SOURCES[service]
    ours, others = topology.account, OUTSIDER

    def asking(source: str, account: str, why: str, caller: str = "") -> Iterator[Forbidden]:
        context = {"aws:SourceArn": source, "aws:SourceAccount": account}
        for action in arrow.actions:
            yield Forbidden(caller or arrow.caller, action, arrow.resource, why, context)

    def somewhere(account: str) -> str:
        return sources.format(region=topology.region, account=account)

    yield from _more_than_asked(topology, arrow, service)
    yield from asking(
        somewhere(others), others, f"Another account could reach {arrow.target} through {service}."
    )
    yield from asking(
        somewhere(ours),
        ours,
        f"Any {_NOUNS[service]} of this account could reach {arrow.target}, not the one alone.",
    )
    if service == "s3":
        yield from asking(
            topology.uploads.arn,
            others,
            "A bucket's ARN names no account: when the bucket is gone, another account may take "
            "its name.",
        )
    for other in sorted(_SOURCES.keys() - {service}):
        source = _SOURCES[other].format(region=topology.region, account=others)
        why = f"{other} could reach {arrow.target}, and nothing here asks it to."
        yield from asking(source, others, why, f"{other}.amazonaws.com")


def _more_than_asked(topology: Topology, arrow: Arrow, service: str) -> Iterator[Forbidden]:
    """Yield what a service could do besides, for the very source that it works for here."""
    conditions = statement_of(topology.policies[arrow.policy], arrow.sid)["Condition"]
    source = conditions["ArnLike"]["aws:SourceArn"]
    context = {"aws:SourceArn": source, "aws:SourceAccount": topology.account}
    for action, verb in _OF_SERVICES[arrow.resource.split(":")[2]].items():
        if action not in arrow.actions:
            why = f"{service} could {verb} {arrow.target}, and need not."
            yield Forbidden(arrow.caller, action, arrow.resource, why, context)


_SOURCES: Mapping[str, str] = {
    "events": "arn:aws:events:{region}:{account}:rule/somebody-elses-rule",
    "s3": _OTHER_BUCKET,
    "sns": "arn:aws:sns:{region}:{account}:somebody-elses-topic",
}
"""By service: what it would work for."""

_NOUNS = {"events": "rule", "s3": "bucket", "sns": "topic"}

# -- resources, and whoever comes --


def _resources(topology: Topology) -> Iterator[Forbidden]:
    for queue in topology.queues:
        yield from _strangers(queue.arn, _QUEUE, f"the queue {queue.name}")
    for topic in topology.topics:
        yield from _strangers(topic.arn, _TOPIC, f"the topic {topic.name}")
    for bucket in topology.buckets:
        yield from _strangers(f"{bucket.arn}/{_PHOTO}", _OBJECT, f"the bucket {bucket.name}")
        yield from _strangers(bucket.arn, _BUCKET, f"the bucket {bucket.name}")
    for function in topology.functions:
        yield from _strangers(function.arn, _INVOKE, f"the function {function.name}")


_QUEUE = {
    "sqs:SendMessage": "fill",
    "sqs:ReceiveMessage": "read",
    "sqs:DeleteMessage": "empty",
    "sqs:PurgeQueue": "purge",
}
_TOPIC = {"sns:Publish": "publish to", "sns:Subscribe": "listen to"}
_OBJECT = {"s3:GetObject": "read", "s3:PutObject": "write to", "s3:DeleteObject": "delete from"}
_BUCKET = {"s3:ListBucket": "list", "s3:PutBucketPolicy": "take over"}
_KEY = {
    "kms:Decrypt": "decrypt with",
    "kms:GenerateDataKey": "encrypt with",
    "kms:PutKeyPolicy": "take over",
}
_INVOKE = {"lambda:InvokeFunction": "invoke", "lambda:UpdateFunctionCode": "change the code of"}
_OF_SERVICES = {"lambda": _INVOKE, "sns": _TOPIC, "sqs": _QUEUE}


def _strangers(resource: str, actions: Mapping[str, str], what: str) -> Iterator[Forbidden]:
    for action, verb in actions.items():
        yield Forbidden("anonymous", action, resource, f"Everyone could {verb} {what}.")
        yield Forbidden(_STRANGER, action, resource, f"Another account could {verb} {what}.")


# -- roles --


def _function(topology: Topology, function: Function) -> Iterator[Forbidden]:
    caller = f"function {function.name}"
    may = [a for a in topology.arrows if a.caller == function.caller]

    def unless_needed(action: str, resource: str, why: str) -> Iterator[Forbidden]:
        if not any(arrow.covers(function.caller, action, resource) for arrow in may):
            yield Forbidden(caller, action, resource, why)

    name = function.name
    for bucket in topology.buckets:
        photo = f"{bucket.arn}/{_PHOTO}"
        yield from unless_needed("s3:GetObject", photo, f"{name} reads nothing in {bucket.name}.")
        yield from unless_needed("s3:PutObject", photo, f"{name} writes nothing to {bucket.name}.")
        yield from unless_needed("s3:DeleteObject", photo, f"{name} never deletes an object.")
        yield from unless_needed("s3:ListBucket", bucket.arn, f"{name} lists no bucket.")
        yield from unless_needed("s3:PutBucketPolicy", bucket.arn, f"{name} sets no policies.")
    for queue in topology.queues:
        for action, what in _OF_QUEUES.items():
            yield from unless_needed(action, queue.arn, f"{name} need not {what} {queue.name}.")
    for table in topology.tables:
        for action, what in _OF_TABLES.items():
            yield from unless_needed(action, table.arn, f"{name} need not {what} {table.name}.")
    group = f"arn:aws:logs:{topology.region}:{topology.account}:log-group:{function.log_group}"
    for action in ("logs:DeleteLogGroup", "logs:PutRetentionPolicy"):
        why = f"{name} could make its own log disappear."
        yield from unless_needed(action, f"{group}:log-stream:", why)
    yield from (Forbidden(caller, *rest) for rest in _foreign(topology, name))
    yield from _escalations(topology, caller, name)


_OF_QUEUES = {
    "sqs:SendMessage": "send to",
    "sqs:ReceiveMessage": "receive from",
    "sqs:DeleteMessage": "delete from",
    "sqs:PurgeQueue": "purge",
    "sqs:SetQueueAttributes": "change",
}
_OF_TABLES = {
    "dynamodb:Scan": "scan",
    "dynamodb:DeleteItem": "delete from",
    "dynamodb:DeleteTable": "delete",
}


def _foreign(topology: Topology, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield what stands elsewhere in the account, or in other buckets."""
    here = f"{topology.region}:{topology.account}"
    for action in ("s3:GetObject", "s3:PutObject"):
        yield action, f"{_OTHER_BUCKET}/{_PHOTO}", f"{name} has no business in other buckets."
    for action, resource, what in (
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{here}:table/payroll", "tables"),
        ("dynamodb:Scan", f"arn:aws:dynamodb:{here}:table/payroll", "tables"),
        ("sqs:ReceiveMessage", f"arn:aws:sqs:{here}:payroll", "queues"),
        ("sqs:SendMessage", f"arn:aws:sqs:{here}:payroll", "queues"),
        ("sns:Publish", f"arn:aws:sns:{here}:payroll", "topics"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{here}:function:payroll", "functions"),
        ("logs:PutLogEvents", f"arn:aws:logs:{here}:log-group:payroll:log-stream:a", "log groups"),
        ("kms:Decrypt", f"arn:aws:kms:{here}:key/00000000-0000-4000-8000-000000000000", "keys"),
    ):
        yield action, resource, f"{name} has no business with other {what}."


def _escalations(topology: Topology, caller: str, name: str) -> Iterator[Forbidden]:
    """Yield what would let a role give itself, or anybody, more."""
    why = f"{name} could give itself any permission."
    role = f"arn:aws:iam::{topology.account}:role/{name}"
    for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole"):
        yield Forbidden(caller, action, role, why)
    yield Forbidden(caller, "iam:CreateUser", f"arn:aws:iam::{topology.account}:user/new", why)
    admin = f"arn:aws:iam::{topology.account}:role/admin"
    yield Forbidden(caller, "sts:AssumeRole", admin, f"{name} could become administrator.")
    yield Forbidden(caller, "ec2:RunInstances", "*", f"{name} starts no machines.")
    yield Forbidden(caller, "s3:ListAllMyBuckets", "*", f"{name} looks for no buckets.")
    secret = f"arn:aws:secretsmanager:{topology.region}:{topology.account}:secret:payroll"
    why = f"{name} has no business with secrets."
    yield Forbidden(caller, "secretsmanager:GetSecretValue", secret, why)


def _reader(topology: Topology, role: Role) -> Iterator[Forbidden]:
    """Yield what a role that people assume to read must not do."""
    caller = role.arn
    for table in topology.tables:
        for action, what in {**_OF_TABLES, "dynamodb:PutItem": "write to"}.items():
            yield Forbidden(caller, action, table.arn, f"{role.name} need not {what} {table.name}.")
    for bucket in topology.buckets:
        photo = f"{bucket.arn}/{_PHOTO}"
        for action in ("s3:PutObject", "s3:DeleteObject"):
            yield Forbidden(caller, action, photo, f"{role.name} changes no objects.")
    yield from _escalations(topology, caller, role.name)


def _assuming(role: Role) -> Iterator[Forbidden]:
    """Yield who must not assume a role: strangers, other services, and for a function people."""
    trusted = _trusted_services(role)
    callers: list[tuple[str, str]] = [
        ("anonymous", "Everyone"),
        (_STRANGER, "Another account"),
        (f"arn:aws:iam::{OUTSIDER}:root", "Another account"),
        *((s, s) for s in _ASSUMING if s not in trusted),
    ]
    if trusted:
        callers.append(("learner", "A person, not the service,"))
    for caller, who in callers:
        why = f"{who} could act as {role.name}."
        yield Forbidden(caller, "sts:AssumeRole", role.arn, why)


_ASSUMING = ("ec2.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com")


def _trusted_services(role: Role) -> frozenset[str]:
    """Return the services that a role's original trust policy names."""
    named: set[str] = set()
    for statement in role.trust_policy["Statement"]:
        services: str | Iterable[str] = statement["Principal"].get("Service", ())
        named |= {services} if isinstance(services, str) else set(services)
    return frozenset(named)
