"""The scenarios: what each requires of documents, seen by those that do and those that do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.grading.grade import grade
from pipeline.grading.values import Grade, Setup
from pipeline.sandbox import Sandbox
from pipeline.topology import make_topology

DEAD_LETTERS = "arn:aws:sqs:us-east-1:{account}:jobs-dead-letter"
JOBS = "arn:aws:sqs:us-east-1:{account}:jobs"
GIVEN_UP = "arn:aws:sqs:us-east-1:{account}:given-up-records"
NAIVE, CAREFUL = {"Handler": "function.naive.handler"}, {"Handler": "function.handler.handler"}
HEARD, UNHEARD = (
    {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
    {"FunctionResponseTypes": []},
)

Documents = dict[str, Any]
Played = Callable[..., Grade]


def redrive(count: int, **attributes: int) -> Documents:
    policy = {"deadLetterTargetArn": DEAD_LETTERS, "maxReceiveCount": count}
    return {"queue:jobs": {**attributes, "RedrivePolicy": policy}}


def announced(*events: str) -> Documents:
    entry = {"Id": "uploads", "QueueArn": JOBS, "Events": list(events)}
    return {"notification:uploads": {"QueueConfigurations": [entry]}}


def stream(**settings: object) -> Documents:
    to_queue = {"OnFailure": {"Destination": GIVEN_UP}}
    patient = {"MaximumRetryAttempts": 2, "BisectBatchOnFunctionError": True}
    return {"mapping:greeting": {**patient, "DestinationConfig": to_queue, **settings}}


@pytest.fixture(scope="session")
def played(stage: Sandbox) -> Played:
    """Return a function that grades documents by a scenario of the thumbnail pipeline."""

    def play(scenario: str, documents: Documents, given: Documents, **parameters: Any) -> Grade:
        setup = Setup("thumbnails", scenario, parameters, documents, given)
        return grade(setup, documents, sandbox=stage)

    return play


def missing(found: Grade) -> set[str]:
    return {each.id for each in found.works.failed}


CASES = {
    "slow-photos: short": (
        redrive(5, VisibilityTimeout=10),
        {"function:thumbnail": NAIVE},
        {
            "mapping-accepted:thumbnail",
            "received-once",
            "one-item-each",
            "six-times-the-timeout",
        },
    ),
    "slow-photos: advised": (redrive(5, VisibilityTimeout=180), {"function:thumbnail": NAIVE}, ()),
    "slow-photos: long": (redrive(5, VisibilityTimeout=43200), {}, {"tried-again-soon"}),
    "broken-among-good: raising": (
        {"function:thumbnail": NAIVE, "mapping:thumbnail": HEARD},
        {},
        {"good-ones-done", "good-ones-once", "set-aside", "kept"},
    ),
    "broken-among-good: unheard": (
        {"function:thumbnail": CAREFUL, "mapping:thumbnail": UNHEARD},
        {},
        {"set-aside", "kept"},
    ),
    "broken-among-good: alone": (
        {"mapping:thumbnail": {"BatchSize": 1}},
        {},
        {"one-batch"},
    ),
    "broken-among-good: impatient": (redrive(1), {}, {"tried-often-enough"}),
    "broken-among-good: patient": (redrive(5), {}, ()),
    "broken-before-the-weekend: day": (
        {"queue:jobs-dead-letter": {"MessageRetentionPeriod": 86_400}},
        {},
        {"there-after-the-move", "there-when-looked-for"},
    ),
    "broken-before-the-weekend: week": (
        {"queue:jobs-dead-letter": {"MessageRetentionPeriod": 7 * 86_400}},
        {},
        {"there-when-looked-for"},
    ),
    "broken-before-the-weekend: fortnight": (
        {"queue:jobs-dead-letter": {"MessageRetentionPeriod": 14 * 86_400}},
        {},
        (),
    ),
    "every-way-in: put": (announced("s3:ObjectCreated:Put"), {}, {"in-parts-jpg", "copy-jpg"}),
    "every-way-in: created": (announced("s3:ObjectCreated:*"), {}, ()),
    "every-way-in: more": (
        announced("s3:ObjectCreated:*", "s3:ObjectRemoved:*"),
        {},
        {"others-are-quiet"},
    ),
    "results-are-quiet: apart": ({"function:thumbnail": CAREFUL}, {}, ()),
    "results-are-quiet: off": (
        {"function:thumbnail": {"ReservedConcurrentExecutions": 0}},
        {},
        {"first-done", "second-done"},
    ),
}
"""By scenario and case: the documents, what is given, and the outcomes that fail."""


@pytest.mark.parametrize("case", CASES)
def test_a_scenario_requires_what_it_says(played: Played, case: str) -> None:
    documents, given, failing = CASES[case]

    assert missing(played(case.partition(":")[0], documents, given)) == set(failing)


def test_a_spike_is_taken_by_limited_pollers_and_not_by_a_throttled_function(
    played: Played,
) -> None:
    few = {"photos": 12, "seconds": 28}
    alone = {"mapping:thumbnail": {"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 10}}}
    limited = {"mapping:thumbnail": {"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 2}}}
    reserved = {"function:thumbnail": {"ReservedConcurrentExecutions": 2}}

    assert missing(played("spike", limited, redrive(3), **few)) == set()
    assert missing(played("spike", alone, redrive(3), **few)) == {"few-at-once"}
    assert "no-throttles" in missing(played("spike", reserved, {**alone, **redrive(1)}, **few))


def test_results_among_the_uploads_are_announced_again(played: Played) -> None:
    role = make_topology("thumbnails", account="{account}").policies["execution-role-policy"]
    widened = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    variables = {
        "THUMBNAILS_BUCKET": "uploads-{account}",
        "IMAGES_TABLE": "images",
        "LONGEST_SIDE": "256",
    }
    documents = {
        "function:thumbnail": {"Environment": {"Variables": variables}},
        "execution-role-policy": {**role, "Statement": [*role["Statement"], widened]},
    }

    assert "only-uploads-announced" in missing(played("results-are-quiet", documents, {}))


@pytest.mark.parametrize(
    ("actions", "failing"),
    [
        (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], set()),
        (["logs:PutLogEvents"], {"every-invocation-logged", "reason-can-be-read"}),
    ],
)
def test_logs_are_read_where_they_belong(
    played: Played, actions: list[str], failing: set[str]
) -> None:
    role = make_topology("thumbnails", account="{account}").policies["execution-role-policy"]
    rest = [s for s in role["Statement"] if s["Sid"] != "FunctionWritesLogs"]
    logs = {
        "Effect": "Allow",
        "Action": actions,
        "Resource": "arn:aws:logs:us-east-1:{account}:log-group:/aws/lambda/thumbnail:*",
    }
    documents = {"execution-role-policy": {**role, "Statement": [*rest, logs]}}

    assert missing(played("logs-are-written", documents, {})) == failing


@pytest.mark.parametrize(
    ("action", "failing"),
    [("s3:PutObject", set()), ("s3:GetObject", {"upload-taken", "photo-done"})],
)
def test_a_presigned_url_can_do_what_its_signer_can(
    played: Played, action: str, failing: set[str]
) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::{account}:role/upload-page"},
        "Action": action,
        "Resource": "arn:aws:s3:::uploads-{account}/*",
    }
    documents = {
        "bucket-policy:uploads": {"Version": "2012-10-17", "Statement": [statement]},
    }

    found = played("presigned-upload", documents, {})

    assert missing(found) == failing
    assert found.mastered == (not failing)


@pytest.mark.parametrize(
    ("resource", "holding"),
    [
        ("{key}", ["works", "nothing else", "nothing superfluous"]),
        ("*", ["works"]),
        ("arn:aws:s3:::*", ["nothing else"]),
    ],
)
def test_encrypted_photos_take_the_use_of_one_key(
    played: Played, resource: str, holding: list[str]
) -> None:
    role = make_topology("thumbnails", account="{account}").policies["execution-role-policy"]
    decrypts = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": resource}
    account = {"AWS": "arn:aws:iam::{account}:root"}
    delegating = {"Effect": "Allow", "Principal": account, "Action": "kms:*", "Resource": "*"}
    key_policy = {"Version": "2012-10-17", "Statement": [delegating]}
    documents = {"execution-role-policy": {**role, "Statement": [*role["Statement"], decrypts]}}

    found = played("encrypted-photos", documents, {"key-policy": key_policy})

    assert [part.name for part in found.parts if part.holds] == holding


@pytest.mark.parametrize(
    ("documents", "failing"),
    [
        (stream(), set()),
        (stream(MaximumRetryAttempts=0), {"passing-failure-survived"}),
        (stream(DestinationConfig={"OnFailure": {}}), {"somebody-is-told"}),
        (
            stream(MaximumRetryAttempts=-1),
            {
                "others-greeted",
                "bad-one-given-up",
                "somebody-is-told",
                "passing-failure-survived",
            },
        ),
        (stream(BisectBatchOnFunctionError=False), {"others-greeted", "bad-one-given-up"}),
    ],
)
def test_a_stream_goes_on_past_a_bad_record(documents: Documents, failing: set[str]) -> None:
    setup = Setup("records", "stream-goes-on", start=documents)

    assert missing(grade(setup, documents)) == failing
