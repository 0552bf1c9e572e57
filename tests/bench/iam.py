"""IAM evaluation by itself, and what the gate adds to a call.

A question as they come in practice: a role with an identity-based policy of five statements with
conditions, and a bucket policy of one, parsed once. The gate is measured on a GetObject by the
function's own role, against the same call with the gate left out.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from harness import Measure

from pipeline.iam.evaluation import NamedPolicy, Policies, evaluate
from pipeline.iam.policy import parse_policy
from pipeline.iam.request import Principal, Request

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/thumbnailer"
IDENTITY = [
    {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs",
        "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    },
    {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::thumbnails/*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    },
    {
        "Effect": "Allow",
        "Action": "s3:Get*",
        "Resource": "arn:aws:s3:::home/${aws:username}/*",
        "Condition": {"StringLike": {"aws:PrincipalTag/team": ["blue*", "red*"]}},
    },
    {
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::uploads/*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
    },
    {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::uploads/*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
    },
]
BUCKET = [
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::uploads/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
]
CONTEXT = {
    "aws:SecureTransport": "true",
    "aws:RequestedRegion": "us-east-1",
    "aws:CurrentTime": "2026-11-23T12:00:00Z",
    "aws:PrincipalArn": ROLE,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalType": "AssumedRole",
    "aws:SourceIp": "10.1.2.3",
}


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield one evaluation, without and with its reasons, and what the gate adds to a call."""
    runs = 9 if full else 3
    yield evaluation(trace=False, limit=50, runs=runs)
    yield evaluation(trace=True, limit=125, runs=runs)
    yield gate(runs=400 if full else 150)


def evaluation(*, trace: bool, limit: float, runs: int, calls: int = 2_000) -> Measure:
    """Return the microseconds of one evaluation, with every statement explained or without.

    The floor is reading the same two policies with the standard library's JSON parser.
    """
    request = Request(
        Principal.parse(f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbnailer/run"),
        "s3:GetObject",
        "arn:aws:s3:::uploads/cat.jpg",
        ACCOUNT,
        CONTEXT,
    )
    policies = Policies(
        identity=(
            NamedPolicy("role", parse_policy({"Version": "2012-10-17", "Statement": IDENTITY})),
        ),
        resource=NamedPolicy(
            "bucket", parse_policy({"Version": "2012-10-17", "Statement": BUCKET})
        ),
    )
    if not evaluate(request, policies, trace=trace).allowed:
        raise AssertionError("the question of the benchmark is meant to be allowed")

    text = json.dumps([IDENTITY, BUCKET])

    def microseconds(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        for _ in range(calls):
            work()
        return (time.perf_counter() - started) / calls * 1e6

    def ours() -> float:
        return microseconds(lambda: evaluate(request, policies, trace=trace))

    def floor() -> float:
        return microseconds(lambda: json.loads(text))

    pairs = [(ours(), floor()) for _ in range(runs + 1)][1:]
    median = statistics.median(a for a, _ in pairs)
    words = "with every reason" if trace else "without reasons"
    return Measure(
        name=f"one IAM evaluation {words} / its JSON parsed",
        ours=median,
        floor=statistics.median(b for _, b in pairs),
        value=median,
        limit=limit,
        unit="µs",
        runs=runs,
        is_ratio=False,
    )


def gate(runs: int) -> Measure:
    """Return a GetObject through the gate against the same one with the gate left out."""
    from pipeline.gate.authorizer import Authorizer
    from pipeline.sandbox import Sandbox

    with Sandbox() as sandbox:
        bucket = sandbox.topology.uploads.name
        sandbox.client("s3").put_object(Bucket=bucket, Key="photo", Body=b"x" * 100_000)
        client = sandbox.client("s3")
        decided = Authorizer.answer

        def forwarded(self: Authorizer, _call: Any, request: Any) -> Any:
            return self._forward(request)

        def timed(answer: Callable[..., Any]) -> float:
            Authorizer.answer = answer  # type: ignore[method-assign]
            started = time.perf_counter()
            client.get_object(Bucket=bucket, Key="photo")["Body"].read()
            return time.perf_counter() - started

        try:
            pairs = [(timed(decided), timed(forwarded)) for _ in range(runs)][runs // 10 :]
        finally:
            Authorizer.answer = decided  # type: ignore[method-assign]
    return Measure(
        name="GetObject through the gate / past it",
        ours=statistics.median(a for a, _ in pairs),
        floor=statistics.median(b for _, b in pairs),
        value=statistics.median(a / b for a, b in pairs),
        limit=1.10,
        unit="s",
        runs=len(pairs),
    )
