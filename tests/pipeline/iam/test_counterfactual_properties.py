"""Every answer of ``pipeline.iam.counterfactual`` is held against ``evaluate``."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.iam.counterfactual import (
    MOST_EDITS,
    MOST_SETS,
    Edit,
    EditKind,
    StatementPlace,
    advice,
    apply,
    counterfactuals,
    needed,
)
from pipeline.iam.counterfactual.needs import without
from pipeline.iam.counterfactual.places import placed, policy_at
from pipeline.iam.counterfactual.subsets import smallest
from pipeline.iam.evaluation import NamedPolicy, Policies, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, PrincipalKind, Request
from pipeline.iam.writing import statement_document

ACCOUNT = "123456789012"
OTHER = "210987654321"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/maker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/maker/one"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
CALLERS = [
    ALICE,
    SESSION,
    ROLE,
    ROOT,
    f"arn:aws:sts::{ACCOUNT}:federated-user/carol",
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    f"arn:aws:iam::{ACCOUNT}:saml-provider/idp",
    "s3.amazonaws.com",
    "anonymous",
]
ASKED = [
    ("s3:GetObject", "arn:aws:s3:::photos/cats/tom.jpg"),
    ("s3:PutObject", "arn:aws:s3:::photos/${a}/*?.jpg"),
    ("s3:ListBucket", "arn:aws:s3:::photos"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:photos"),
    ("sns:Publish", "+15550100"),
    ("lambda:ListFunctions", "*"),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"),
    ("sts:AssumeRole", ROLE),
]
LONGEST_SENTENCE = 160


def one_or_more(values: list[str]) -> st.SearchStrategy[str | list[str]]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=2)


ACTIONS = one_or_more(
    ["*", "s3:*", "s3:GetObject", "s3:GetObjects", "s3:PutObject", "sqs:SendMessageBatch", "kms:*"]
)
RESOURCES = one_or_more(
    [
        "*",
        "arn:aws:s3:::photos",
        "arn:aws:s3:::photos/*",
        "arn:aws:s3:::Photos/cats/tom.jpg",
        "arn:aws:s3:::photos/${aws:username}/*",
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:photos",
    ]
)
PRINCIPALS = st.just("*") | st.sampled_from(
    [
        {"AWS": [ALICE, ACCOUNT]},
        {"AWS": ROLE},
        {"AWS": SESSION},
        {"AWS": ROOT},
        {"Service": "s3.amazonaws.com"},
        {"Service": ["sns.amazonaws.com"], "AWS": OTHER},
    ]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:username": "bob"}},
        {"StringNotEquals": {"AWS:UserName": ["alice", "bob"]}},
        {"StringEquals": {"aws:username": "a*", "aws:SourceAccount": OTHER}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::albums"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"NumericLessThan": {"s3:max-keys": "10"}},
        {"StringLike": {"aws:TagKeys": "team"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
        {"Null": {"aws:SourceArn": "true"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    ]
)


@st.composite
def statements(draw: st.DrawFn, *, principals: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(ACTIONS)
    statement[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(RESOURCES)
    if principals:
        name = draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))
        statement[name] = draw(PRINCIPALS)
    statement["Condition"] = draw(st.just({}) | CONDITIONS)
    return statement


@st.composite
def named_policies(draw: st.DrawFn, *, principals: bool = False) -> NamedPolicy:
    document = {
        "Version": draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"])),
        "Statement": draw(st.lists(statements(principals=principals), max_size=3)),
    }
    return NamedPolicy(draw(st.sampled_from(["a", "b"])), parse_policy(document))


SEVERAL = st.lists(named_policies(), max_size=2).map(tuple)
LEVELS = st.lists(SEVERAL, max_size=2).map(tuple)
POLICIES = st.builds(
    Policies,
    identity=SEVERAL,
    resource=st.none() | named_policies(principals=True),
    boundaries=SEVERAL,
    session=st.none() | named_policies(),
    scps=LEVELS,
    rcps=st.lists(st.lists(named_policies(principals=True), max_size=1).map(tuple), max_size=1).map(
        tuple
    ),
    endpoints=st.lists(named_policies(principals=True), max_size=1).map(tuple),
)
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "aws:username": st.sampled_from(["alice", "cats"]),
        "aws:SourceArn": st.sampled_from(["arn:aws:s3:::uploads", "not an ARN"]),
        "aws:SourceAccount": st.just(ACCOUNT),
        "aws:SecureTransport": st.sampled_from(["true", "false"]),
        "s3:max-keys": st.sampled_from(["5", "1000"]),
        "aws:TagKeys": st.sampled_from([("a",), ("a", "team"), ()]),
        "aws:SourceIp": st.sampled_from(["10.1.2.3", "2001:db8::1"]),
        "aws:PrincipalArn": st.sampled_from([ALICE, ROLE]),
    },
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Request, Policies]:
    action, resource = draw(st.sampled_from(ASKED))
    request = Request(
        principal=Principal.parse(draw(st.sampled_from(CALLERS))),
        action=action,
        resource=resource,
        resource_account=draw(st.sampled_from([ACCOUNT, OTHER, None])),
        context=draw(CONTEXTS),
    )
    is_trust_policy = action == "sts:AssumeRole"
    return request, replace(draw(POLICIES), is_trust_policy=is_trust_policy)


@st.composite
def allowed_questions(draw: st.DrawFn) -> tuple[Request, Policies]:
    """Draw a question that is answered with yes, by edits where it was not."""
    request, policies = draw(questions())
    if evaluate(request, policies).allowed:
        return request, policies
    found = counterfactuals(request, policies)
    assume(found)
    return request, apply(policies, draw(st.sampled_from(found)).edits)


def is_allowed(request: Request, policies: Policies, edits: Sequence[Edit] = ()) -> bool:
    return evaluate(request, apply(policies, edits)).allowed


@given(questions())
def test_every_set_of_edits_allows_and_no_part_of_it_does(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    assume(not is_allowed(request, policies))
    for found in counterfactuals(request, policies):
        assert is_allowed(request, policies, found.edits)
        for size in range(len(found.edits)):
            for part in itertools.combinations(found.edits, size):
                assert not is_allowed(request, policies, part)


@given(questions())
def test_no_place_is_ruled_out_in_which_one_statement_would_do(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    for found in counterfactuals(request, policies):
        for reason in found.elsewhere:
            tried = Edit(reason.place, EditKind.ADD, None, None, reason.statement, "", 0)
            decision = evaluate(request, apply(policies, [tried]))
            assert (reason.result, reason.layer) == (decision.result, decision.layer)
            assert not decision.allowed


@given(questions())
def test_whatever_is_denied_can_be_allowed_unless_no_policy_counts_that_there_is_or_could_be(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    principal = request.principal
    is_root_assuming = policies.is_trust_policy and principal.kind is PrincipalKind.ROOT
    is_foreign = principal.account is None or request.resource_account not in (
        None,
        principal.account,
    )
    has_no_policy = request.resource == "*" and policies.resource is None
    is_hopeless = is_root_assuming or (
        has_no_policy and (is_foreign or principal.kind is PrincipalKind.PROVIDER)
    )
    expected = not is_hopeless and not is_allowed(request, policies)
    assert expected == bool(counterfactuals(request, policies))


@given(questions())
def test_edits_show_what_is_there_are_few_and_come_smallest_first(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    found = counterfactuals(request, policies)
    assert len(found) <= MOST_SETS
    assert [each.cost for each in found] == sorted(each.cost for each in found)
    for each in found:
        assert 0 < len(each.edits) <= MOST_EDITS
        for edit in each.edits:
            shown = None
            if edit.statement is not None:
                policy = policy_at(policies, edit.place).policy
                shown = statement_document(policy.statements[edit.statement])
            assert edit.kind is EditKind.VERSION or shown == edit.before
            assert edit.before != edit.after


@given(questions())
def test_answers_are_json_documents_in_short_sentences(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    sentences = []
    for found in counterfactuals(request, policies):
        assert found.as_document() == json.loads(json.dumps(found.as_document()))
        sentences += [edit.explanation for edit in found.edits]
        sentences += [reason.explanation for reason in found.elsewhere]
    if is_allowed(request, policies):
        rests = needed(request, policies)
        assert rests.as_document() == json.loads(json.dumps(rests.as_document()))
        sentences.append(rests.explanation)
    for sentence in sentences:
        assert sentence.endswith(".")
        assert len(sentence) <= LONGEST_SENTENCE
        assert "\n" not in sentence
    assert advice(request, policies).startswith("What ")


@given(allowed_questions())
def test_an_allowed_request_is_denied_without_what_it_needs(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    rests = needed(request, policies)
    for statement in rests.each:
        assert not is_allowed(request, without(policies, [statement]))
    assert not (rests.each and rests.together)
    if rests.together:
        assert not is_allowed(request, without(policies, rests.together))
        for size in range(len(rests.together)):
            for part in itertools.combinations(rests.together, size):
                assert is_allowed(request, without(policies, part))


@given(allowed_questions())
def test_no_statement_is_needed_that_is_not_said_to_be(
    question: tuple[Request, Policies],
) -> None:
    request, policies = question
    said = {(each.place, each.index) for each in needed(request, policies).each}
    needed_indeed = {
        (place, index)
        for place, named in placed(policies)
        for index in range(len(named.policy.statements))
        if not is_allowed(request, without(policies, [StatementPlace(place, index, None, {})]))
    }
    assert needed_indeed == said


@given(st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, 29)))))
def test_the_smallest_part_is_what_cannot_be_spared(given_: tuple[int, set[int]]) -> None:
    number, wanted = given_
    items = list(range(number))
    wanted &= set(items)
    assert tuple(sorted(wanted)) == smallest(items, lambda some: wanted <= set(some))
