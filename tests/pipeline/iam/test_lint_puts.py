"""What each service refuses when a policy is put, with its own code and words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.lint import Refusal, put_refusal, puts_iam, puts_resources, puts_s3
from pipeline.iam.lint.puts import RULES
from pipeline.iam.lint.refusals import Sentence
from pipeline.iam.policy import PolicyKind

IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:uploads"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/images"
BUCKET = "arn:aws:s3:::photos"
SOUND: dict[tuple[str, PolicyKind], dict[str, Any]] = {
    ("iam", IDENTITY): {"Action": "s3:GetObject", "Resource": "*"},
    ("iam", TRUST): {
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
    ("s3", RESOURCE): {"Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"},
    ("sqs", RESOURCE): {"Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE},
    ("sns", RESOURCE): {"Principal": "*", "Action": "sns:Publish", "Resource": "*"},
    ("kms", RESOURCE): {"Principal": "*", "Action": "kms:*", "Resource": "*"},
    ("dynamodb", RESOURCE): {"Principal": "*", "Action": "dynamodb:GetItem", "Resource": TABLE},
}


def text_of(*statements: dict[str, Any], **top: Any) -> str:
    entries = [{"Effect": "Allow", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": entries, **top})


def changed(service: str, kind: PolicyKind, **changes: Any) -> str:
    """Return a sound policy with elements changed, or left out where None is given."""
    statement = {"Effect": "Allow", **SOUND[service, kind], **changes}
    return text_of({name: value for name, value in statement.items() if value is not None})


def refusal_of(service: str, kind: PolicyKind, text: str, **more: Any) -> Refusal:
    refusal = put_refusal(service, text, kind, **more)
    assert refusal is not None
    return refusal


@pytest.mark.parametrize(("service", "kind"), RULES)
def test_a_sound_policy_is_kept(service: str, kind: PolicyKind) -> None:
    assert put_refusal(service, changed(service, kind), kind) is None


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("Syntax errors in policy.", {"Effect": "Maybe"}),
        ("Syntax errors in policy.", {"Effect": 5}),
        ("Syntax errors in policy.", {"Actions": "s3:GetObject"}),
        ("Syntax errors in policy.", {"NotAction": "s3:GetObject"}),
        ("Syntax errors in policy.", {"Action": {"a": "b"}}),
        ("Syntax errors in policy.", {"Condition": {"StringEqual": {"aws:username": "x"}}}),
        ("The policy failed legacy parsing", {"Effect": "allow"}),
        (
            (
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*"
            ),
            {"Sid": "read photos"},
        ),
        ("Policy statement must contain actions.", {"Action": None}),
        ("Policy statement must contain actions.", {"Action": []}),
        ("Policy document should not specify a principal.", {"Principal": {"AWS": "*"}}),
        ("Policy statement must contain resources.", {"Resource": None}),
        ("Policy statement must contain resources.", {"Resource": []}),
        ('Resource photos must be in ARN format or "*".', {"Resource": ["*", "photos"]}),
        (
            "Resource vendor must be fully qualified and cannot contain regexes.",
            {"Resource": "arn:aws:s*:::photos"},
        ),
        (
            (
                "IAM resource arn:aws:iam:eu-west-1:123456789012:role/x cannot contain region "
                "information."
            ),
            {"Resource": "arn:aws:iam:eu-west-1:123456789012:role/x"},
        ),
        (
            "Resource arn:aws:s3:eu-west-1::photos can not contain region information.",
            {"Resource": "arn:aws:s3:eu-west-1::photos"},
        ),
        ("The policy failed legacy parsing", {"Resource": "arn:aws"}),
        (
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            {"Action": ["s3:GetObject", "GetObject"]},
        ),
        ("Actions/Condition can contain only one colon.", {"Action": "s3:Get:Object"}),
        ("Vendor s_3 is not valid", {"Action": "s_3:GetObject"}),
    ],
)
def test_iam_says_what_is_wrong_with_an_identity_based_policy(
    expected: str, changes: dict[str, Any]
) -> None:
    refusal = refusal_of("iam", IDENTITY, changed("iam", IDENTITY, **changes))
    assert (refusal.code, refusal.message) == ("MalformedPolicyDocument", expected)
    assert refusal.status == 400


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("Syntax errors in policy.", "{"),
        ("Syntax errors in policy.", "[]"),
        ("Syntax errors in policy.", text_of()),
        ("Syntax errors in policy.", text_of(SOUND["iam", IDENTITY], Version="2020-01-01")),
        (
            "Policy document must be version 2012-10-17 or greater.",
            text_of(SOUND["iam", IDENTITY], Version="2008-10-17"),
        ),
        (
            "Statement IDs (SID) in a single policy must be unique.",
            text_of(*[{**SOUND["iam", IDENTITY], "Sid": "one"}] * 2),
        ),
    ],
)
def test_iam_says_what_is_wrong_with_a_document(expected: str, text: str) -> None:
    assert refusal_of("iam", IDENTITY, text).message == expected


def test_iam_keeps_actions_that_do_not_exist() -> None:
    for action in ("s3:GetObjects", "nothing:Whatever", "sqs:SendMessageBatch", "*"):
        assert put_refusal("iam", changed("iam", IDENTITY, Action=action), IDENTITY) is None


def test_iam_takes_printable_latin_only() -> None:
    refusal = refusal_of("iam", IDENTITY, changed("iam", IDENTITY) + "\u2003")
    assert (refusal.code, refusal.status) == ("ValidationError", 400)


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("Has prohibited field Resource", {"Resource": "*"}),
        ("Missing required field Principal", {"Principal": None}),
        (
            (
                "Trust Policy statement actions can only be sts:AssumeRole, "
                "sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity"
            ),
            {"Action": "lambda:InvokeFunction"},
        ),
        ('Invalid principal in policy: "AWS":"tom"', {"Principal": {"AWS": "tom"}}),
    ],
)
def test_iam_says_what_is_wrong_with_a_trust_policy(expected: str, changes: Any) -> None:
    assert refusal_of("iam", TRUST, changed("iam", TRUST, **changes)).message == expected


def test_an_old_trust_policy_is_kept() -> None:
    assert put_refusal("iam", text_of(SOUND["iam", TRUST], Version="2008-10-17"), TRUST) is None


@pytest.mark.parametrize(
    ("expected", "kind", "holder", "longest"),
    [
        ("Maximum policy size of 10240 bytes exceeded for role r", IDENTITY, "role", 10_240),
        ("Maximum policy size of 2048 bytes exceeded for user r", IDENTITY, "user", 2_048),
        ("Maximum policy size of 5120 bytes exceeded for group r", IDENTITY, "group", 5_120),
        ("Cannot exceed quota for PolicySize: 6144", IDENTITY, "policy", 6_144),
        ("Cannot exceed quota for ACLSizePerRole: 2048", TRUST, "role", 2_048),
    ],
)
def test_iam_counts_characters_but_not_white_space(
    expected: str, kind: PolicyKind, holder: str, longest: int
) -> None:
    def of_length(length: int) -> str:
        text = changed("iam", kind, Sid="")
        filler = length - puts_iam.characters(text)
        return changed("iam", kind, Sid="x" * filler) + " " * 20

    assert put_refusal("iam", of_length(longest), kind, holder=holder) is None
    refusal = refusal_of("iam", kind, of_length(longest + 1), holder=holder, name="r")
    assert (refusal.code, refusal.status, refusal.message) == ("LimitExceeded", 409, expected)


def test_the_other_inline_policies_count() -> None:
    text = changed("iam", IDENTITY)
    room = 10_240 - puts_iam.characters(text)
    assert put_refusal("iam", text, IDENTITY, others=room) is None
    assert refusal_of("iam", IDENTITY, text, others=room + 1).code == "LimitExceeded"
    assert put_refusal("iam", text, IDENTITY, holder="policy", others=room + 1) is None


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("Policies must be valid JSON and the first byte must be '{'", " {}"),
        ("This policy contains invalid Json", "{"),
        ("This policy contains invalid Json", '{"Statement": 5}'),
        ("Missing required field Statement", '{"Version": "2012-10-17"}'),
        ("Could not parse the policy: Statement is empty!", '{"Statement": []}'),
        ("The policy must contain a valid version string", '{"Version": "1", "Statement": []}'),
        ("Unknown field Principle", changed("s3", RESOURCE, Principle="*")),
        ("Missing required field Principal", changed("s3", RESOURCE, Principal=None)),
        ("Missing required field Resource", changed("s3", RESOURCE, Resource=None)),
        ("Invalid effect: allow", changed("s3", RESOURCE, Effect="allow")),
        ("Invalid principal in policy", changed("s3", RESOURCE, Principal={"AWS": "tom"})),
        ("Policy has invalid action", changed("s3", RESOURCE, Action="s3:ListObjectsV2")),
        ("Policy has invalid action", changed("s3", RESOURCE, Action="sqs:SendMessage")),
        ("Policy has invalid action", changed("s3", RESOURCE, Action="GetObject")),
        ("Policy has invalid resource", changed("s3", RESOURCE, Resource="photos")),
        ("Policy has invalid resource", changed("s3", RESOURCE, Resource="*")),
        ("Policy has invalid resource", changed("s3", RESOURCE, Resource="arn:aws:s3:::other/*")),
        ("Policy has invalid resource", changed("s3", RESOURCE, Resource=QUEUE)),
        (
            "Action does not apply to any resource(s) in statement",
            changed("s3", RESOURCE, Resource=BUCKET),
        ),
        (
            "Action does not apply to any resource(s) in statement",
            changed("s3", RESOURCE, Action=["s3:GetObject", "s3:ListBucket"]),
        ),
        (
            "Policy has an invalid condition key",
            changed("s3", RESOURCE, Condition={"StringEquals": {"s3:prefixes": "a"}}),
        ),
        (
            "Policy has an invalid condition key",
            changed("s3", RESOURCE, Condition={"StringEquals": {"prefix": "a"}}),
        ),
        (
            "Invalid Condition type : StringEqual",
            changed("s3", RESOURCE, Condition={"StringEqual": {"s3:prefix": "a"}}),
        ),
    ],
)
def test_s3_says_what_is_wrong_with_a_bucket_policy(expected: str, text: str) -> None:
    refusal = refusal_of("s3", RESOURCE, text, resource=BUCKET)
    assert (refusal.code, refusal.message, refusal.status) == ("MalformedPolicy", expected, 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]},
        {"Action": "s3:*", "Resource": BUCKET},
        {"Action": ["s3:getobject", "s3:Get*"], "Resource": "arn:aws:s3:::pho*"},
        {"Action": "s3:ListBucket", "Resource": BUCKET, "Principal": {"AWS": "123456789012"}},
        {"Condition": {"StringLike": {"aws:PrincipalTag/team": "a*"}}},
    ],
)
def test_s3_keeps_what_can_apply(changes: dict[str, Any]) -> None:
    text = changed("s3", RESOURCE, **changes)
    assert put_refusal("s3", text, RESOURCE, resource=BUCKET) is None


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("iam", 'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/tom"'),
        ("s3", "Invalid principal in policy"),
        ("sqs", "Invalid value for the parameter Policy."),
        ("sns", "Invalid parameter: Policy Error: PrincipalNotFound"),
        ("kms", "Policy contains a statement with one or more invalid principals."),
        (
            "dynamodb",
            (
                "One or more parameter values were invalid: Invalid policy document: Invalid "
                "principal in policy"
            ),
        ),
    ],
)
def test_a_principal_that_does_not_exist_is_refused(service: str, expected: str) -> None:
    kind = TRUST if service == "iam" else RESOURCE
    tom = "arn:aws:iam::123456789012:user/tom"
    text = changed(service, kind, Principal={"AWS": ["123456789012", tom]})
    refusal = refusal_of(service, kind, text, exists=lambda name: name != tom)
    assert refusal.message == expected
    assert refusal.path == ("Statement", 0, "Principal", "AWS", 1)
    assert put_refusal(service, text, kind, exists=lambda _: True) is None


@pytest.mark.parametrize(
    ("service", "code", "changes"),
    [
        ("sqs", "InvalidAttributeValue", {"Action": "sqs:SendMessageBatch"}),
        ("sqs", "InvalidAttributeValue", {"Action": "sns:Publish"}),
        ("sqs", "InvalidAttributeValue", {"Effect": "Maybe"}),
        ("sqs", "InvalidAttributeValue", {"Principal": {"AWS": ["123456789012"] * 51}}),
        ("sqs", "InvalidAttributeValue", {"Sid": "x" * 8_192}),
        ("sns", "InvalidParameter", {"Action": "sns:CreateTopic"}),
        ("sns", "InvalidParameter", {"Action": "sns:*"}),
        ("sns", "InvalidParameter", {"Principal": None}),
        ("kms", "MalformedPolicyDocumentException", {"Action": None}),
        ("kms", "MalformedPolicyDocumentException", {"Principal": {"AWS": "tom"}}),
        ("kms", "LimitExceededException", {"Sid": "x" * 32_768}),
        ("dynamodb", "ValidationException", {"Action": "dynamodb:ListStreams"}),
        ("dynamodb", "ValidationException", {"Action": "dynamodb:TransactWriteItems"}),
        ("dynamodb", "ValidationException", {"Principal": {"Service": "lambda.amazonaws.com"}}),
        ("dynamodb", "ValidationException", {"Resource": None}),
        ("dynamodb", "ValidationException", {"Sid": "x" * 20_480}),
        ("s3", "PolicyTooLarge", {"Sid": "x" * 20_480}),
    ],
)
def test_each_service_refuses_with_its_own_code(
    service: str, code: str, changes: dict[str, Any]
) -> None:
    assert refusal_of(service, RESOURCE, changed(service, RESOURCE, **changes)).code == code


def test_a_queues_policy_has_at_most_twenty_statements() -> None:
    statement = SOUND["sqs", RESOURCE]
    assert put_refusal("sqs", text_of(*[statement] * 20), RESOURCE) is None
    assert refusal_of("sqs", RESOURCE, text_of(*[statement] * 21)).code == "InvalidAttributeValue"


def test_what_is_not_known_is_an_error_of_the_caller() -> None:
    with pytest.raises(LookupError, match="lambda"):
        put_refusal("lambda", "{}", RESOURCE)


@given(st.sampled_from(sorted(RULES)), st.text(max_size=40) | st.from_regex(r'\{"Statement":.*\}'))
def test_no_text_is_too_broken_to_be_refused(place: tuple[str, PolicyKind], text: str) -> None:
    service, kind = place
    refusal = refusal_of(service, kind, text)
    assert refusal.message
    assert refusal.status in (400, 409)


def test_the_words_that_nobody_was_seen_to_receive_are_few_and_known() -> None:
    sentences = {
        f"{module.__name__.rpartition('_')[2]} {name}": value
        for module in (puts_iam, puts_resources, puts_s3)
        for name, value in vars(module).items()
        if isinstance(value, Sentence)
    }
    assert len(sentences) > 40
    unseen = {name for name, sentence in sentences.items() if not sentence.seen}
    assert unseen == {
        "iam CHARACTERS",
        "iam NO_PRINCIPAL",
        "iam PLAIN_SIDS",
        "resources DYNAMODB_POLICY",
        "resources KMS_POLICY",
        "resources KMS_SIZE",
        "resources PRINCIPAL",
        "s3 CONDITION",
        "s3 CONDITION_KEY",
        "s3 EFFECT",
        "s3 EMPTY",
        "s3 FIRST_BYTE",
        "s3 JSON",
        "s3 SIZE",
        "s3 UNKNOWN",
        "s3 VERSION",
    }
