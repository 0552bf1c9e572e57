"""Grades of the thumbnail pipeline: solutions, wrong solutions, cheats, and what is no policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.grading.grade import grade
from pipeline.grading.values import Document, Forbidden, Grade, GradingError, Setup
from pipeline.topology import PolicyDocument, with_statement, without_statement

Grader = Callable[..., Grade]
Original = Callable[[str], PolicyDocument]

QUEUE, ROLE, TRUST = "queue-policy", "execution-role-policy", "trust-policy"
EVERYTHING: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def _failed(grade: Grade, part: str) -> str:
    """Return what does not hold in a part, as one text."""
    found = next(p for p in grade.parts if p.name == part)
    return "\n".join(" ".join((each.words, *each.details)) for each in found.failed)


def _everyone(action: str, resource: str) -> PolicyDocument:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


# -- solutions --


@pytest.mark.parametrize("place", [QUEUE, ROLE, TRUST])
def test_the_architectures_own_policy_is_mastery(
    graded: Grader, original: Original, place: str
) -> None:
    found = graded({place: original(place)})

    assert (found.passed, found.mastered) == (True, True), found.parts


def test_three_parts_come_in_order_and_each_has_its_evidence(
    graded: Grader, original: Original
) -> None:
    found = graded({ROLE: original(ROLE)})

    assert [p.name for p in found.parts] == ["works", "nothing else", "nothing superfluous"]
    assert all(part.evidence for part in found.parts)


def test_the_same_documents_get_the_same_grade_again(graded: Grader) -> None:
    documents = {ROLE: EVERYTHING}

    assert graded(documents) == graded(documents)


# -- what does not work --


def test_a_missing_queue_policy_fails_with_the_refusals_of_the_queue(graded: Grader) -> None:
    found = graded({QUEUE: ""})

    assert not found.works.holds
    assert "not authorized to perform: sqs:sendmessage" in _failed(found, "works")
    assert not found.passed


@pytest.mark.parametrize(
    "sid",
    [
        "QueueToFunction",
        "FunctionReadsUploads",
        "FunctionWritesThumbnails",
        "FunctionWritesMetadata",
        "FunctionWritesLogs",
    ],
)
def test_a_role_works_only_with_each_of_its_statements(
    graded: Grader, original: Original, sid: str
) -> None:
    found = graded({ROLE: without_statement(original(ROLE), sid)})

    assert not found.works.holds
    assert found.nothing_else.holds


@pytest.mark.parametrize(
    "action",
    [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ],
)
def test_a_role_works_only_with_each_action_of_a_statement_of_several(
    graded: Grader, original: Original, action: str
) -> None:
    document = original(ROLE)
    for statement in document["Statement"]:
        if isinstance(statement["Action"], list | tuple):
            statement["Action"] = [each for each in statement["Action"] if each != action]

    assert not graded({ROLE: document}).works.holds


def test_a_role_that_trusts_another_service_does_not_work(
    graded: Grader, original: Original
) -> None:
    document = original(TRUST)
    document["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}
    found = graded({TRUST: document})

    assert not found.works.holds
    assert "ec2.amazonaws.com" in _failed(found, "nothing else")


def test_what_is_superfluous_is_not_looked_at_before_it_works(graded: Grader) -> None:
    found = graded({QUEUE: ""})

    assert [e.id for e in found.nothing_superfluous.evidence] == ["not-looked-at"]
    assert not found.nothing_superfluous.holds


# -- what works and allows more --


def test_a_queue_policy_without_conditions_lets_other_buckets_in(
    graded: Grader, original: Original
) -> None:
    document = original(QUEUE)
    del document["Statement"][0]["Condition"]
    found = graded({QUEUE: document})

    assert found.works.holds
    assert "s3.amazonaws.com for arn:aws:s3:::somebody-elses-bucket" in _failed(
        found, "nothing else"
    )


@pytest.mark.parametrize("key", ["aws:SourceArn", "aws:SourceAccount"])
def test_a_queue_policy_needs_both_of_its_conditions(
    graded: Grader, original: Original, key: str
) -> None:
    document = original(QUEUE)
    conditions = document["Statement"][0]["Condition"]
    document["Statement"][0]["Condition"] = {o: k for o, k in conditions.items() if key not in k}
    found = graded({QUEUE: document})

    assert (found.works.holds, found.nothing_else.holds) == (True, False)


@pytest.mark.parametrize(
    ("place", "document"),
    [
        (ROLE, EVERYTHING),
        (QUEUE, _everyone("sqs:*", "arn:aws:sqs:us-east-1:{account}:jobs")),
        (QUEUE, _everyone("sqs:SendMessage", "arn:aws:sqs:us-east-1:{account}:jobs")),
    ],
)
def test_a_cheat_works_and_never_passes(graded: Grader, place: str, document: Document) -> None:
    found = graded({place: document})

    assert found.works.holds
    assert not found.passed


def test_a_function_that_may_delete_fails_by_the_battery(
    graded: Grader, original: Original
) -> None:
    document = original(ROLE)
    reads = next(s for s in document["Statement"] if s["Sid"] == "FunctionReadsUploads")
    reads["Action"] = "s3:*"
    found = graded({ROLE: document})

    assert "s3:DeleteObject" in _failed(found, "nothing else")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:userid": "AROA*:thumbnail"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::{account}:role/thumbnail-function"}},
        {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}},
    ],
)
def test_a_cheat_does_not_hide_behind_a_condition(
    graded: Grader, original: Original, condition: dict[str, Any]
) -> None:
    everything = {**EVERYTHING["Statement"][0], "Sid": "All", "Condition": condition}
    found = graded({ROLE: with_statement(original(ROLE), everything)})

    assert (found.works.holds, found.nothing_else.holds) == (True, False)


@pytest.mark.parametrize(
    ("place", "sid", "action", "told"),
    [
        (QUEUE, "S3ToQueue", "sqs:*", "sqs:ReceiveMessage"),
        (ROLE, "QueueToFunction", "sqs:*", "sqs:PurgeQueue"),
        (ROLE, "FunctionReadsUploads", "s3:*", "s3:PutObject"),
        (ROLE, "FunctionWritesMetadata", "dynamodb:*", "dynamodb:Scan"),
        (ROLE, "FunctionWritesLogs", "logs:*", "logs:DeleteLogGroup"),
    ],
)
def test_all_of_a_service_on_the_right_resource_does_not_pass(
    graded: Grader, original: Original, place: str, sid: str, action: str, told: str
) -> None:
    document = original(place)
    next(s for s in document["Statement"] if s["Sid"] == sid)["Action"] = action
    found = graded({place: document})

    assert found.works.holds
    assert told in _failed(found, "nothing else")


def test_a_cheat_does_not_hide_behind_the_clock(original: Original) -> None:
    soon_over = {"DateLessThan": {"aws:CurrentTime": "2026-01-05T09:00:02Z"}}
    everything = {**EVERYTHING["Statement"][0], "Sid": "All", "Condition": soon_over}
    documents = {ROLE: with_statement(original(ROLE), everything)}
    found = grade(Setup("thumbnails", "every-upload", start=documents), documents)

    assert (found.works.holds, found.nothing_else.holds) == (True, False)


def test_a_labs_own_forbidden_request_counts(graded: Grader, original: Original) -> None:
    forbidden = Forbidden("learner", "s3:DeleteBucket", "arn:aws:s3:::uploads-{account}", "Gone.")
    found = graded({ROLE: original(ROLE)}, forbidden=(forbidden,))

    assert [each.id for each in found.nothing_else.failed] == ["forbidden:0"]
    assert "uploads-123456789012" in _failed(found, "nothing else")
    assert "Gone." in _failed(found, "nothing else")


# -- what is superfluous --


def test_a_superfluous_action_is_named_and_passes_all_the_same(
    graded: Grader, original: Original
) -> None:
    extra = {
        "Sid": "Looks",
        "Effect": "Allow",
        "Action": "dynamodb:DescribeTable",
        "Resource": "*",
    }
    found = graded({ROLE: with_statement(original(ROLE), extra)})

    assert (found.passed, found.mastered) == (True, False)
    assert _failed(found, "nothing superfluous").startswith("Nothing needs this statement.")


def test_conditions_and_denials_are_not_superfluous(graded: Grader, original: Original) -> None:
    deny = {"Sid": "NoPlainHttp", "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    document = with_statement(original(ROLE), deny)
    polls = next(s for s in document["Statement"] if s["Sid"] == "QueueToFunction")
    polls["Condition"] = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}

    assert graded({ROLE: document}).mastered


# -- what is no policy, or more than the sandbox can bear --


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "MalformedPolicyDocument"),
        ("", "ValidationError"),
        ("[]", "MalformedPolicyDocument"),
        ('{"Version": "2012-10-17"}', "MalformedPolicyDocument"),
        ('{"Statement": [' + " " * 1_000_000 + "]}", "MalformedPolicyDocument"),
        ("[" * 10_000, "MalformedPolicyDocument"),
        ("[" * 100_000, "LimitExceeded"),
    ],
)
def test_what_is_no_policy_gets_the_services_own_error(
    graded: Grader, text: str, code: str
) -> None:
    found = graded({ROLE: text}, start={ROLE: "{}"})

    assert [code] == [refused.code for refused in found.refused]
    assert [part.holds for part in found.parts] == [False, False, False]
    assert code in _failed(found, "works")


def test_a_policy_of_a_megabyte_is_refused(graded: Grader) -> None:
    found = graded({ROLE: json.dumps(EVERYTHING | {"Id": "x" * 1_000_000})})

    assert [refused.place for refused in found.refused] == [ROLE]


@pytest.mark.parametrize("place", ["scp", "bucket-policy:uploads"])
def test_who_is_locked_out_by_the_own_policy_is_told_so_and_can_go_on(
    graded: Grader, original: Original, place: str
) -> None:
    deny: dict[str, Any] = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    if place != "scp":
        deny |= {"Principal": "*", "Resource": "arn:aws:s3:::uploads-{account}/*"}
    locked = graded({place: {"Version": "2012-10-17", "Statement": [deny]}})

    assert not locked.works.holds
    assert "s3:PutObject" in _failed(locked, "works")
    assert graded({ROLE: original(ROLE)}).mastered


def test_a_policy_that_denies_the_learner_everything_fails_and_is_gone_afterwards(
    graded: Grader, original: Original
) -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    locked = graded({"scp": {"Version": "2012-10-17", "Statement": [deny]}})

    assert [each.id for each in locked.works.failed][-1:] == ["own-calls"]
    assert "service control policy" in _failed(locked, "works")
    assert graded({ROLE: original(ROLE)}).mastered


def test_a_queue_that_hands_a_message_out_for_ever_is_stopped(graded: Grader) -> None:
    settings = {"VisibilityTimeout": 30, "RedrivePolicy": None, "MessageRetentionPeriod": 1_209_600}
    role = {"Version": "2012-10-17", "Statement": []}
    given = {
        ROLE: {
            **role,
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
                    "Resource": "*",
                }
            ],
        }
    }
    found = graded({"queue:jobs": settings}, given=given)

    assert "did not come to rest" in _failed(found, "works")


# -- a grading that fails is no answer --


def test_an_unknown_scenario_is_a_failure_of_the_grading() -> None:
    with pytest.raises(GradingError, match="the grading itself failed: There is no scenario"):
        grade(Setup(topology="thumbnails", scenario="no-such-scenario"), {})


def test_an_unknown_parameter_is_a_failure_of_the_grading() -> None:
    setup = Setup("thumbnails", "every-upload", parameters={"nonsense": 1})

    with pytest.raises(GradingError, match="no parameter 'nonsense'"):
        grade(setup, {})


def test_a_place_that_is_not_there_is_a_failure_of_the_grading(graded: Grader) -> None:
    with pytest.raises(GradingError, match="no place 'nowhere'"):
        graded({"nowhere": {}})


def test_a_given_document_that_is_refused_is_a_failure_of_the_grading(
    graded: Grader, original: Original
) -> None:
    with pytest.raises(GradingError, match="MalformedPolicyDocument"):
        graded({ROLE: original(ROLE)}, given={QUEUE: "{", TRUST: "{"})


def test_a_grading_opens_a_sandbox_of_its_own_when_it_gets_none(original: Original) -> None:
    told: list[str] = []
    setup = Setup("thumbnails", "every-upload", start={ROLE: original(ROLE)})
    found = grade(setup, {ROLE: original(ROLE)}, told.append)

    assert found.mastered
    assert any(line.startswith("works: ") for line in told)
    assert any(line.startswith("nothing superfluous: ") for line in told)
