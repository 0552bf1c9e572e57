"""``python -m pipeline.iam``, as a shell runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.questions import MAX_BYTES, answer_line

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
PHOTO = "arn:aws:s3:::uploads/cat.jpg"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads/*"}
REQUEST = {"principal": USER, "action": "s3:GetObject", "resource": PHOTO}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
FIELDS = (
    "identityPolicies",
    "resourcePolicy",
    "permissionBoundaries",
    "sessionPolicy",
    "scps",
    "rcps",
    "endpointPolicies",
)


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def answer(**question: Any) -> dict[str, Any]:
    return answer_line(json.dumps({"id": "q", "request": REQUEST, **question}).encode())


def command(*arguments: str, given_input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.iam", *arguments],
        input=given_input,
        capture_output=True,
        check=False,
    )


def test_a_question_a_line_is_answered_a_line() -> None:
    lines = [
        {"id": "may", "request": REQUEST, "identityPolicies": [policy(ALLOW)]},
        {"id": "may not", "request": REQUEST},
    ]

    run = command("evaluate", given_input="\n\n".join(map(json.dumps, lines)).encode())

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(a["id"], a["result"], a["layer"]) for a in answers] == [
        ("may", "Allowed", "identity"),
        ("may not", "ImplicitlyDenied", "identity"),
    ]
    assert answers[1]["message"] == (
        f"User: {USER} is not authorized to perform: s3:GetObject on resource: {PHOTO} "
        "because no identity-based policy allows the s3:GetObject action"
    )
    assert answers[0]["statements"] == [
        {
            "policy": "identityPolicies[0]",
            "layer": "identity",
            "sid": None,
            "effect": "Allow",
            "matched": True,
            "failed_element": None,
            "detail": "every element matches",
        }
    ]
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_line_that_cannot_be_read_does_not_stop_the_rest() -> None:
    good = json.dumps({"id": "good", "request": REQUEST}).encode()
    bad = b'{"id": "no request"}', b"{", b"\xff\xfe", b"[" * 100_000, b'{"id": 1, "id": 2}'

    run = command("evaluate", given_input=b"\n".join([*bad, good]) + b"\n")

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert ["error" if "error" in entry else "result" for entry in answers] == ["error"] * 5 + [
        "result"
    ]
    assert answers[0] == {"id": "no request", "error": "request must be an object, not null."}
    assert answers[4]["id"] == 2
    assert run.returncode == 0


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"request": 3}, "request must be an object, not a number."),
        ({"request": {**REQUEST, "principal": "bob"}}, "'bob' is not the ARN of a principal"),
        ({"request": {**REQUEST, "action": "GetObject"}}, 'must be like "s3:GetObject"'),
        ({"request": {**REQUEST, "resource": 1}}, "request.resource must be a text"),
        ({"request": {**REQUEST, "context": []}}, "request.context must be an object"),
        ({"request": {**REQUEST, "context": {"k": {}}}}, "request.context.k must be a text"),
        ({"request": {**REQUEST, "context": {"a:b": "1", "A:B": "2"}}}, "a context key twice"),
        ({"identityPolicies": policy(ALLOW)}, "identityPolicies must be a list, not an object."),
        ({"identityPolicies": [{}]}, "identityPolicies[0]: The policy has no Statement."),
        ({"identityPolicies": [1]}, "identityPolicies[0] must be a policy, not a number."),
        ({"scps": [policy(ALLOW)]}, "scps[0] must be a list, not an object."),
        ({"resourcePolicy": policy({**ALLOW, "Effect": "allow"})}, 'must be "Allow" or "Deny"'),
        ({"resourcePolicy": policy({**ALLOW, "Sid": "x" * 70_000})}, "the limit is 65,536"),
    ],
)
def test_what_is_wrong_with_a_question_is_one_sentence(question: dict[str, Any], says: str) -> None:
    error = answer(**question)["error"]
    assert says in error
    assert error.endswith(".")
    assert "\n" not in error


def test_a_line_of_megabytes_is_refused_and_keeps_its_id_to_itself() -> None:
    error = answer_line(b" " * (MAX_BYTES + 1))
    assert {
        "id": None,
        "error": f"The line has {MAX_BYTES + 1:,} characters; the limit is {MAX_BYTES:,}.",
    } == error


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON)
def test_whatever_a_line_holds_it_is_answered(fields: dict[str, Any], context: Any) -> None:
    for request in (REQUEST, context, {**REQUEST, "context": context}):
        told = answer(**{**fields, "request": request})
        assert told["id"] == "q"
        assert ("error" in told) != ("result" in told)


def test_policies_may_have_names_and_arns() -> None:
    managed = f"arn:aws:iam::{ACCOUNT}:policy/no-reading"
    deny = {"name": "no-reading", "arn": managed, "policy": policy({**ALLOW, "Effect": "Deny"})}

    told = answer(identityPolicies=[deny])

    assert (told["policy"], told["result"]) == ("no-reading", "ExplicitlyDenied")
    assert told["message"].endswith(f"in an identity-based policy: {managed}")


def test_a_policy_may_be_its_text_and_a_condition_a_number() -> None:
    few = {**ALLOW, "Condition": {"NumericLessThan": {"s3:max-keys": 2.5}}}
    request = {**REQUEST, "context": {"s3:max-keys": 2}}
    told = answer(request=request, identityPolicies=[json.dumps(policy(few))])
    assert told["result"] == "Allowed"
    assert answer(request=request, identityPolicies=[policy(few)])["result"] == "Allowed"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:PrincipalArn", USER),
        ("aws:username", "alice"),
        ("aws:PrincipalAccount", ACCOUNT),
        ("aws:PrincipalType", "User"),
        ("aws:ResourceAccount", ACCOUNT),
    ],
)
def test_what_follows_from_the_caller_need_not_be_told(key: str, value: str) -> None:
    only = {**ALLOW, "Condition": {"StringEquals": {key: value}}}
    assert answer(identityPolicies=[policy(only)])["result"] == "Allowed"
    shouted = {**REQUEST, "context": {key.upper(): "other"}}
    assert answer(request=shouted, identityPolicies=[policy(only)])["result"] != "Allowed"


def test_a_session_whose_role_has_a_path_is_known_by_the_role_it_tells() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/team/thumbnailer"
    bucket = policy({**ALLOW, "Principal": {"AWS": role}})
    request = {**REQUEST, "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbnailer/run-1"}

    assert answer(request=request, resourcePolicy=bucket)["result"] == "ImplicitlyDenied"
    request["context"] = {"aws:PrincipalArn": role}  # type: ignore[assignment]
    assert answer(request=request, resourcePolicy=bucket)["layer"] == "resource"


def test_a_question_is_explained_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "question.json"
    near_miss = {**ALLOW, "Sid": "ReadUploads", "Resource": "arn:aws:s3:::uploads"}
    file.write_text(
        json.dumps(
            {"id": "7", "request": REQUEST, "identityPolicies": [policy(near_miss)]}, indent=1
        )
    )

    run = command("explain", str(file))
    text = run.stdout.decode()

    assert run.returncode == 0
    assert "result      ImplicitlyDenied, decided by: identity" in text
    assert "Allow ReadUploads of identityPolicies[0] (identity): does not match" in text
    assert "resource: arn:aws:s3:::uploads/cat.jpg is not arn:aws:s3:::uploads" in text
    assert "What would allow it" in text
    assert max(map(len, text.splitlines())) <= 110


def test_a_file_of_lines_is_explained_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{json.dumps({'id': 'a', 'request': REQUEST})}\n{{\n")

    run = command("explain", str(file))

    assert b"question    a" in run.stdout
    assert b"question 2: Line 2 is not JSON" in run.stdout
    assert run.returncode == 2


@pytest.mark.parametrize("name", ["explain", "lint"])
def test_a_file_that_is_not_there_is_one_sentence(name: str, tmp_path: Path) -> None:
    run = command(name, str(tmp_path / "none.json"))
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode().endswith("none.json cannot be read: No such file or directory.\n")


def test_a_policy_is_looked_over(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy({**ALLOW, "Action": "s3:GetObjects"}), indent=2))

    told = command("lint", str(file), "--kind", "identity")
    as_json = command("lint", str(file), "--kind", "identity", "--json")

    assert b"s3:GetObject" in told.stdout
    findings = [json.loads(line) for line in as_json.stdout.splitlines()]
    assert findings
    assert told.returncode == as_json.returncode == 0


def test_a_policy_that_would_be_refused_fails_the_look(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    for text in (b"{", b"\xff", b"[" * 100_000, b'{"Statement": []'):
        file.write_bytes(text)
        run = command("lint", str(file))
        assert run.returncode == 1
        assert run.stdout
        assert run.stderr == b""
