"""What the linter finds in a policy, where, and what it suggests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.errors import PolicyError
from pipeline.iam.lint import Finding, Severity, findings_as_documents, lint, render
from pipeline.iam.lint.checking import MOST_FINDINGS
from pipeline.iam.policy import PolicyKind, parse_policy
from pipeline.topology import thumbnails_topology

IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST
OBJECTS = "arn:aws:s3:::photos/*"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:uploads"


def written(*statements: dict[str, Any], **top: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **top}, indent=2)


def allow(**elements: Any) -> str:
    """Return a policy with one sound statement, but for what is given."""
    sound = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECTS}
    statement = {**sound, **elements}
    return written({name: value for name, value in statement.items() if value is not None})


def attached(**elements: Any) -> str:
    sound = {"Principal": {"AWS": "123456789012"}, "Action": "sqs:SendMessage", "Resource": QUEUE}
    return allow(**{**sound, **elements})


def marked(text: str, finding: Finding) -> str:
    return text[finding.start.offset : finding.end.offset]


def found(text: str, kind: PolicyKind | None = IDENTITY) -> list[tuple[str, str]]:
    """Return the code of each finding and what it marks."""
    return [(finding.code, marked(text, finding)) for finding in lint(text, kind=kind)]


def only(text: str, kind: PolicyKind | None = IDENTITY, service: str | None = None) -> Finding:
    (finding,) = lint(text, kind=kind, service=service)
    return finding


@pytest.mark.parametrize(
    "text",
    [
        allow(),
        allow(Action=["s3:getobject", "s3:List*"], Resource=["arn:aws:s3:::photos", OBJECTS]),
        allow(Action="sqs:ListQueues", Resource="*"),
        allow(Action="logs:PutLogEvents", Resource="arn:aws:logs:*:*:log-group:/aws/lambda/f:*"),
        allow(Action="dynamodb:Query", Resource="arn:aws:dynamodb:*:*:table/images/index/*"),
        allow(Action="lambda:InvokeFunction", Resource="arn:aws:lambda:*:*:function:f:live"),
        allow(Action="ec2:RunInstances", Resource="arn:aws:ec2:*:*:instance/*"),
        allow(Resource="arn:aws:s3:::photos/${aws:username}/*"),
        allow(Effect="Deny", Action="*", Resource="*"),
        allow(
            Condition={
                "StringEquals": {"aws:PrincipalTag/team": "a", "s3:ExistingObjectTag/x": "b"}
            }
        ),
        allow(
            Condition={
                "Bool": {"aws:SecureTransport": "true"},
                "IpAddress": {"aws:SourceIp": "::1"},
            }
        ),
        allow(
            Condition={
                "ForAllValues:StringEquals": {"aws:TagKeys": ["a"]},
                "Null": {"aws:TagKeys": "false"},
            }
        ),
    ],
)
def test_a_sound_policy_has_no_findings(text: str) -> None:
    assert found(text) == []


def test_the_pipelines_own_policies_have_no_errors() -> None:
    topology = thumbnails_topology()
    kinds = {"execution-role-policy": IDENTITY, "queue-policy": RESOURCE, "trust-policy": TRUST}
    for place, kind in kinds.items():
        service = "sqs" if kind is RESOURCE else "iam"
        text = json.dumps(topology.policies[place])
        errors = [f for f in lint(text, kind=kind, service=service) if f.severity == "error"]
        assert errors == []


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "hint", "text"),
    [
        ((1, 1), "ends too early", ""),
        ((2, 1), "without a comma", '{"Version": "2012-10-17",\n}'),
        ((1, 2), "straight quotes", "{“Version”: 1}"),
        ((1, 2), "double quotes only", "{'Version': 1}"),
        ((1, 2), "no comments", "{// a policy\n}"),
        ((1, 15), "comma is missing", '{"Version": 1 "Statement": []}'),
        ((1, 13), "small letters", '{"Version": None}'),
    ],
)
def test_what_is_not_json_is_marked_where_it_breaks(
    place: tuple[int, int], hint: str, text: str
) -> None:
    finding = only(text)
    assert (finding.severity, finding.code) == (Severity.ERROR, "not-json")
    assert hint in finding.suggestion
    if "comma" not in hint or "missing" in hint:
        assert (finding.start.line, finding.start.column) == place


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (("unknown-element", '"Statements"'), '{"Version": "2012-10-17", "Statements": []}'),
        (("wrong-version", '"2026-01-01"'), written(Version="2026-01-01")),
        (("bad-statement", "5"), '{"Version": "2012-10-17", "Statement": 5}'),
        (("bad-statement", "null"), '{"Version": "2012-10-17", "Statement": [null]}'),
        (("empty-list", "[]"), written()),
        (("bad-id", "[]"), '{"Version": "2012-10-17", "Id": [], "Statement": {}}'),
        (("bad-effect", '"allow"'), allow(Effect="allow")),
        (("unknown-element", '"Actions"'), allow(Action=None, Actions="s3:GetObject")),
        (("unknown-element", '"Principle"'), allow(Principle="*")),
        (("both-of-a-pair", '"NotAction"'), allow(NotAction="s3:GetObject")),
        (("bad-action", '"GetObject"'), allow(Action=["s3:PutObject", "GetObject"])),
        (("bad-action", "7"), allow(Action=[7])),
        (("bad-action", "[]"), allow(Action=[])),
        (("bad-resource", '"photos"'), allow(Resource=[OBJECTS, "photos"])),
        (("bad-resource", '"arn:aws:s3:::${"'), allow(Resource="arn:aws:s3:::${")),
        (("bad-sid", '"read photos"'), allow(Sid="read photos")),
        (("bad-condition", "{}"), allow(Condition={"Bool": {"aws:SecureTransport": {}}})),
        (("bad-condition", '"maybe"'), allow(Condition={"Null": {"aws:TagKeys": "maybe"}})),
        (("bad-condition", "5"), allow(Condition=5)),
        (("bad-condition", "[]"), allow(Condition={"StringEquals": []})),
        (("unknown-operator", '"StringEqual"'), allow(Condition={"StringEqual": {"aws:x": "y"}})),
        (("prohibited-principal", '"Principal"'), allow(Principal={"AWS": "123456789012"})),
    ],
)
def test_an_error_marks_what_is_wrong(expected: tuple[str, str], text: str) -> None:
    errors = [
        (finding.code, marked(text, finding))
        for finding in lint(text, kind=IDENTITY)
        if finding.severity is Severity.ERROR
    ]
    assert expected in errors


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("missing-action", IDENTITY, allow(Action=None)),
        ("missing-effect", IDENTITY, allow(Effect=None)),
        ("missing-resource", IDENTITY, allow(Resource=None)),
        ("missing-principal", RESOURCE, attached(Principal=None)),
        ("missing-principal", TRUST, allow(Action="sts:AssumeRole", Resource=None)),
    ],
)
def test_what_is_missing_marks_its_statement(code: str, kind: PolicyKind, text: str) -> None:
    finding = only(text, kind)
    assert finding.code == code
    assert marked(text, finding).startswith("{")
    assert finding.statement == 0


def test_a_trust_policy_takes_no_resource() -> None:
    text = attached(Action="sts:AssumeRole", Resource="*")
    assert ("prohibited-resource", '"Resource"') in found(text, TRUST)


def test_every_mistake_is_found_at_once() -> None:
    text = written(
        {"Effect": "Maybe", "Action": ["s3:GetObject", "Get", "Put"], "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECTS, "Sid": "a"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": OBJECTS, "Sid": "a"},
    )
    errors = [f for f in lint(text, kind=IDENTITY) if f.severity is Severity.ERROR]
    assert [(f.code, f.statement) for f in errors] == [
        ("bad-effect", 0),
        ("bad-action", 0),
        ("bad-action", 0),
        ("repeated-sid", 2),
    ]


@pytest.mark.parametrize(
    ("replacement", "elements"),
    [
        ('"Allow"', {"Effect": "allow"}),
        ('"Action"', {"Actions": "s3:GetObject", "Action": None}),
        ('"readphotos"', {"Sid": "read photos"}),
        (f'"{QUEUE}"', {"Resource": "https://sqs.eu-west-1.amazonaws.com/123456789012/uploads"}),
        ('"arn:aws:s3:::photos/cats"', {"Resource": "s3://photos/cats"}),
        ('"StringEquals"', {"Condition": {"StringEqual": {"aws:username": "x"}}}),
        ('"StringLikeIfExists"', {"Condition": {"stringlikeIfExists": {"aws:username": "x"}}}),
        (
            '"ForAnyValue:StringLike"',
            {"Condition": {"ForAnyValues:StringLike": {"aws:x": "x"}}},
        ),
        ('"aws:SourceIp"', {"Condition": {"IpAddress": {"aws:SourceIps": "10.0.0.0/8"}}}),
        ('"s3:GetObject"', {"Action": "s3:GetObjects"}),
        ('"SQS:SendMessage"', {"Action": "SQS:SendMesage", "Resource": QUEUE}),
        ('"sqs:SendMessage"', {"Action": ["sqs:SendMessageBatch"], "Resource": QUEUE}),
        ('"s3:ListBucket"', {"Action": "s3:ListObjectsV2"}),
        ('"s3:ListBucket"', {"Action": "s3:ListObjects"}),
        ('"s3:GetObject"', {"Action": "s3:HeadObject"}),
        ('"s3:PutBucketNotification"', {"Action": "s3:PutBucketNotificationConfiguration"}),
        ('"lambda:InvokeFunction"', {"Action": "lambda:Invoke", "Resource": "*"}),
        ('["s3:GetObject", "s3:PutObject"]', {"Action": "s3:CopyObject"}),
        ('"s3:GetObject", "s3:PutObject"', {"Action": ["s3:CopyObject"]}),
        (
            (
                '"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", '
                '"dynamodb:ConditionCheckItem"'
            ),
            {"Action": ["dynamodb:TransactWriteItems"], "Resource": "*"},
        ),
        ('"sqs:SendMessage"', {"Action": "sqss:SendMessage", "Resource": QUEUE}),
        ('"arn:aws:s3:::photos/*"', {"Resource": "arn:aws:s3:eu-west-1::photos/*"}),
    ],
)
def test_a_replacement_can_stand_in_its_place(replacement: str, elements: dict[str, Any]) -> None:
    text = allow(**elements)
    (finding,) = [f for f in lint(text, kind=IDENTITY) if f.replacement is not None]
    assert finding.replacement == replacement
    start, end = finding.start.offset, finding.end.offset
    repaired = text[:start] + replacement + text[end:]
    before = [f.code for f in lint(text, kind=IDENTITY)]
    after = [f.code for f in lint(repaired, kind=IDENTITY)]
    assert finding.code in before
    assert finding.code not in after


# -- warnings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "elements"),
    [
        (("unknown-action", '"s3:GetObjects"'), {"Action": "s3:GetObjects"}),
        (("unknown-service", '"nosuch:Thing"'), {"Action": "nosuch:Thing"}),
        (("wildcard-without-action", '"s3:Fetch*"'), {"Action": "s3:Fetch*"}),
        (("action-without-resource", '"s3:GetObject"'), {"Resource": "arn:aws:s3:::photos"}),
        (("action-without-resource", '"s3:ListBucket"'), {"Action": ["s3:ListBucket"]}),
        (("action-without-resource", '"sqs:SendMessage"'), {"Action": "sqs:SendMessage"}),
        (("resource-without-action", f'"{QUEUE}"'), {"Resource": [OBJECTS, QUEUE]}),
        (
            ("action-needs-star", '"lambda:CreateEventSourceMapping"'),
            {
                "Action": "lambda:CreateEventSourceMapping",
                "Resource": "arn:aws:lambda:*:*:function:f",
            },
        ),
        (
            ("wrong-account-id", '"arn:aws:sqs:eu-west-1:1234:q"'),
            {"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1234:q"},
        ),
        (
            ("short-arn", '"arn:aws:sqs:q"'),
            {"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:q"},
        ),
        (
            ("unknown-arn-service", '"arn:aws:lamda:*:*:function:f"'),
            {"Action": "lambda:InvokeFunction", "Resource": "arn:aws:lamda:*:*:function:f"},
        ),
        (("not-action-with-allow", '"NotAction"'), {"Action": None, "NotAction": "iam:*"}),
        (("not-resource-with-allow", '"NotResource"'), {"Resource": None, "NotResource": OBJECTS}),
        (("every-action", '"*"'), {"Action": "*"}),
        (("every-action-of-a-service", '"s3:*"'), {"Action": "s3:*"}),
        (("every-resource", '"*"'), {"Resource": "*"}),
        (("repeated-value", '"S3:getobject"'), {"Action": ["s3:GetObject", "S3:getobject"]}),
    ],
)
def test_a_warning_marks_what_is_unwise(expected: tuple[str, str], elements: Any) -> None:
    text = allow(**elements)
    assert expected in found(text)
    assert {finding.severity for finding in lint(text, kind=IDENTITY)} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("repaired", "wrong", "action"),
    [
        ("dynamodb:eu-west-1:{}:table/i", "dynamodb:eu-west-1:{}:i", "dynamodb:GetItem"),
        ("dynamodb:eu-west-1:{}:table/i", "dynamodb:eu-west-1:{}:tables/i", "dynamodb:GetItem"),
        ("lambda:eu-west-1:{}:function:f", "lambda:eu-west-1:{}:f", "lambda:InvokeFunction"),
        ("lambda:eu-west-1:{}:function:f", "lambda:eu-west-1:{}:function/f", "lambda:GetFunction"),
        ("sqs:*:*:q", "sqs:::q", "sqs:SendMessage"),
        ("sqs:eu-west-1:*:q", "sqs:eu-west-1::q", "sqs:SendMessage"),
        ("iam::{}:role/r", "iam:eu-west-1:{}:role/r", "iam:GetRole"),
        ("s3:::photos/*", "s3::{}:photos/*", "s3:GetObject"),
        ("kms:eu-west-1:{}:key/k", "kms:eu-west-1:{}:k", "kms:Decrypt"),
        (
            "logs:eu-west-1:{}:log-group:g:*",
            "logs:eu-west-1:{}:log-groups:g:*",
            "logs:PutLogEvents",
        ),
    ],
)
def test_an_arn_of_the_wrong_shape_is_repaired(repaired: str, wrong: str, action: str) -> None:
    given, repaired = (f"arn:aws:{rest}".format("123456789012") for rest in (wrong, repaired))
    finding = only(allow(Action=action, Resource=given))
    assert finding.code == "wrong-arn-shape"
    assert finding.replacement == json.dumps(repaired)
    assert repaired in finding.suggestion


@pytest.mark.parametrize(
    ("resource", "action", "given"),
    [
        ("arn:aws:s3:::photos/*.", "s3:GetObject", "arn:aws:s3:::photos"),
        ("arn:aws:s3:::photos.", "s3:ListBucket", "arn:aws:s3:::photos/*"),
        (
            "log-group:/aws/lambda/f:*.",
            "logs:PutLogEvents",
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f",
        ),
    ],
)
def test_an_action_without_a_resource_is_told_which(resource: str, action: str, given: str) -> None:
    assert only(allow(Action=action, Resource=given)).suggestion.endswith(resource)


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("unknown-condition-key", {"Bool": {"aws:SecureTransports": "true"}}),
        ("unknown-condition-key", {"StringEquals": {"s3:prefixes": "a"}}),
        ("unknown-condition-key", {"StringEquals": {"prefix": "a"}}),
        ("unreadable-value", {"Bool": {"aws:SecureTransport": "yes"}}),
        ("unreadable-value", {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0.300"]}}),
        ("unreadable-value", {"DateLessThan": {"aws:CurrentTime": "tomorrow"}}),
        ("unreadable-value", {"NumericEquals": {"s3:max-keys": "ten"}}),
        ("unreadable-value", {"ArnLike": {"aws:SourceArn": "photos"}}),
        ("wildcard-without-like", {"StringEquals": {"aws:username": "tom*"}}),
        ("set-operator-missing", {"StringEquals": {"aws:TagKeys": "a"}}),
        ("set-operator-on-single-value", {"ForAnyValue:StringEquals": {"aws:username": "a"}}),
        ("for-all-values-without-key", {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
        ("negated-without-key", {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
        ("operator-for-another-type", {"StringEquals": {"aws:SourceIp": "10.0.0.1"}}),
        ("empty-list", {"StringEquals": {"aws:username": []}}),
    ],
)
def test_a_condition_that_means_something_else_is_named(code: str, condition: Any) -> None:
    assert [finding for finding, _ in found(allow(Condition=condition))] == [code]


def test_a_denial_for_lack_of_mfa_misses_those_without_the_key() -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    text = allow(Effect="Deny", Action="*", Resource="*", Condition=condition)
    assert found(text) == [("mfa-key-missing", '"aws:MultiFactorAuthPresent"')]
    repaired = text.replace('"Bool"', '"BoolIfExists"')
    assert found(repaired) == []


@pytest.mark.parametrize(
    ("codes", "elements"),
    [
        (["confused-deputy"], {"Principal": {"Service": "s3.amazonaws.com"}}),
        (
            [],
            {
                "Principal": {"Service": "s3.amazonaws.com"},
                "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}},
            },
        ),
        ([], {"Effect": "Deny", "Principal": {"Service": "s3.amazonaws.com"}}),
        (["everyone"], {"Principal": "*"}),
        (["everyone"], {"Principal": {"AWS": ["123456789012", "*"]}}),
        ([], {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}),
        ([], {"Principal": "*", "Effect": "Deny"}),
        (
            ["not-principal-with-allow"],
            {"Principal": None, "NotPrincipal": {"AWS": "123456789012"}},
        ),
    ],
)
def test_who_is_allowed_is_looked_at(codes: list[str], elements: dict[str, Any]) -> None:
    assert [code for code, _ in found(attached(**elements), RESOURCE)] == codes


@pytest.mark.parametrize(
    ("repaired", "name"),
    [
        ("s3.amazonaws.com", "s3.aws.com"),
        ("s3.amazonaws.com", "s3.amazon.com"),
        ("lambda.amazonaws.com", "lamda.amazonaws.com"),
        ("events.amazonaws.com", "event.amazonaws.com"),
    ],
)
def test_a_services_name_with_a_slip_is_repaired(repaired: str, name: str) -> None:
    text = allow(Principal={"Service": name}, Action="sts:AssumeRole", Resource=None)
    assert only(text, TRUST).replacement == json.dumps(repaired)


@pytest.mark.parametrize(
    "name",
    [
        "lambda.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "edgelambda.amazonaws.com",
        "logs.eu-west-1.amazonaws.com",
        "delivery.logs.amazonaws.com",
    ],
)
def test_a_role_may_trust_a_service_without_a_condition(name: str) -> None:
    text = allow(Principal={"Service": name}, Action="sts:AssumeRole", Resource=None)
    assert found(text, TRUST) == []


def test_variables_need_the_new_version() -> None:
    text = json.dumps(
        {
            "Version": "2008-10-17",
            **json.loads(allow(Resource="arn:aws:s3:::photos/${aws:username}/*"))
            | {"Version": "2008-10-17"},
        }
    )
    assert [code for code, _ in found(text)] == ["old-version", "variable-without-version"]


def test_a_statement_that_repeats_or_takes_back_another_is_named() -> None:
    one = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": OBJECTS}
    other = {**one, "Sid": "again", "Action": ["s3:putobject", "s3:GetObject"]}
    assert [code for code, _ in found(written(one, other))] == ["repeated-statement"]
    denied = written(one, {**other, "Effect": "Deny"})
    assert [(f.code, f.statement) for f in lint(denied, kind=IDENTITY)] == [("denied-allow", 0)]


# -- what the service refuses ----------------------------------------------------------------------


def test_what_a_service_refuses_is_an_error_in_its_words_where_it_is_known() -> None:
    text = attached(Action="sqs:SendMessageBatch")
    with_service = lint(text, kind=RESOURCE, service="sqs")
    assert [(f.severity, f.code) for f in with_service] == [
        (Severity.ERROR, "put-refused"),
        (Severity.WARNING, "unknown-action"),
    ]
    assert (
        "InvalidAttributeValue: Invalid value for the parameter Policy." in with_service[0].message
    )
    assert marked(text, with_service[0]) == '"sqs:SendMessageBatch"'
    assert [code for code, _ in found(text, RESOURCE)] == ["unknown-action"]


def test_a_service_whose_refusals_are_unknown_refuses_nothing_more() -> None:
    assert lint(attached(), kind=RESOURCE, service="lambda") == ()
    assert lint(attached(), service="sqs") == ()


# -- any text --------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("Version", "Id", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource"),
        *("NotResource", "Principal", "NotPrincipal", "Condition", "Allow", "Deny", "2012-10-17"),
        *("s3:GetObject", "s3:ListObjects", "*", "AWS", "Service", "StringEquals", "Null", "Bool"),
        *("aws:username", "aws:TagKeys", "ForAllValues:StringLike", "IpAddress", "arn:aws:s3:::b"),
        *("arn:aws:s3:::${aws:username}/*", "${", "arn:aws:iam:x:1:role", "s3.aws.com", "true"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=20,
)
KINDS = st.sampled_from([None, *PolicyKind])
SERVICES = st.sampled_from([None, "iam", "s3", "sqs", "sns", "kms", "dynamodb", "lambda"])
STATEMENTS = st.dictionaries(WORDS, JSON, max_size=6).map(
    lambda entry: {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **entry}
)
DOCUMENTS = JSON | st.builds(
    lambda body: {"Version": "2012-10-17", "Statement": body}, JSON | st.lists(STATEMENTS)
)


def check(text: str, kind: PolicyKind | None, service: str | None) -> None:
    findings = lint(text, kind=kind, service=service)
    assert len(findings) <= MOST_FINDINGS
    for finding in findings:
        assert 0 <= finding.start.offset <= finding.end.offset <= max(len(text), 1)
        assert finding.message.endswith((".", '"', ")"))
        assert "\n" not in finding.message
    render(text, findings).encode()
    json.dumps(findings_as_documents(findings))
    refused = any(finding.severity is Severity.ERROR for finding in findings)
    try:
        parse_policy(text, kind=kind)
    except PolicyError:
        assert refused


@given(DOCUMENTS, KINDS, SERVICES)
def test_any_json_is_linted_and_what_the_parser_refuses_is_an_error(
    document: Any, kind: PolicyKind | None, service: str | None
) -> None:
    check(json.dumps(document), kind, service)


@given(st.text(), KINDS, SERVICES)
def test_any_text_is_linted(text: str, kind: PolicyKind | None, service: str | None) -> None:
    check(text, kind, service)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("unreadable", "[" * 10_000 + "]" * 10_000),
        ("unreadable", '{"a":' * 10_000 + "1" + "}" * 10_000),
        ("too-long", '{"Statement": "' + "x" * 6_000_000 + '"}'),
        ("too-long", " " * 6_000_000),
        ("unreadable", '{"Statement": "\ud800"}'),
        ("unreadable", r'{"Statement": "\ud800"}'),
        ("unreadable", '{"Statement": ' + "9" * 5_000 + "}"),
        ("unreadable", '{"Statement": NaN}'),
        ("unreadable", "[]"),
        ("repeated-key", '{"Statement": [], "Statement": []}'),
    ],
)
def test_a_hostile_text_has_one_clear_finding(code: str, text: str) -> None:
    finding = only(text)
    assert (finding.severity, finding.code) == (Severity.ERROR, code)
    assert len(finding.message) < 250
    assert len(render(text, [finding])) < 800


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": [f"s3:GetObject{n}" for n in range(3_000)]},
        {"Action": "s3:" + "*?" * 30_000},
        {"Resource": "arn:aws:events:*:*:*" + "a*" * 30_000, "Action": "events:*"},
        {"Resource": [f"arn:aws:s3:::{n}/?*" for n in range(2_500)], "Action": ["s3:Get*"] * 50},
        {"Condition": {"StringEquals": {f"aws:Princ{n}": "x" for n in range(2_500)}}},
    ],
)
def test_a_policy_with_more_than_anyone_reads_is_linted_to_a_bound(elements: Any) -> None:
    text = json.dumps(json.loads(allow(**elements)))
    assert 1 <= len(lint(text, kind=IDENTITY, service="iam")) <= MOST_FINDINGS


# -- for people ------------------------------------------------------------------------------------


def test_findings_are_rendered_with_the_line_a_mark_and_what_to_do() -> None:
    text = allow(Action="s3:GetObjects")
    assert render(text, lint(text, kind=IDENTITY)) == (
        '6:17: warning: Amazon S3 has no action "s3:GetObjects". [unknown-action]\n'
        '    6 |       "Action": "s3:GetObjects",\n'
        "      |                 ^^^^^^^^^^^^^^^\n"
        '      = Did you mean "s3:GetObject"?\n'
    )


def test_nothing_found_renders_as_nothing() -> None:
    assert render(allow(), ()) == ""


def test_control_characters_are_not_printed() -> None:
    text = '{"Version": "2012-10-17", "\\u001b[31m": 1,\t"Statement": "\x7f"}'
    assert not set("\x1b\x7f\t") & set(render(text, lint(text)))


def test_a_long_line_is_shown_around_what_is_marked() -> None:
    text = json.dumps(json.loads(allow(Action=["s3:GetObjects"], Sid="x" * 1_000)))
    rendered = render(text, lint(text))
    assert len(rendered) < 400
    line, mark = rendered.splitlines()[1:3]
    assert line[mark.index("^") :].startswith('"s3:GetObjects"')


def test_a_finding_is_a_document_with_positions() -> None:
    text = allow(Action="s3:GetObjects")
    (document,) = findings_as_documents(lint(text, kind=IDENTITY))
    assert document == {
        "severity": "warning",
        "code": "unknown-action",
        "message": 'Amazon S3 has no action "s3:GetObjects".',
        "suggestion": 'Did you mean "s3:GetObject"?',
        "replacement": '"s3:GetObject"',
        "start": {"line": 6, "column": 17, "offset": text.index('"s3:GetObjects"')},
        "end": {"line": 6, "column": 32, "offset": text.index('"s3:GetObjects"') + 15},
        "statement": 0,
    }
