from __future__ import annotations

import json

import pytest

from pipeline.iam import wire
from pipeline.iam.evaluation import Policies, evaluate
from pipeline.iam.request import Principal, Request

ID = "3f2a8c1e"


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        ("QueueAlreadyExists", "QueueNameExists"),
        ("AWS.SimpleQueueService.PurgeQueueInProgress", "PurgeQueueInProgress"),
        ("InvalidAttributeValue", "InvalidAttributeValue"),
    ],
)
def test_sqs_names_the_exception_beside_its_old_code(code: str, shape: str) -> None:
    answer = wire.error("sqs", code, "no", 400, protocol="json", request_id=ID)
    assert f"com.amazonaws.sqs#{shape}" == json.loads(answer.body)["__type"]
    assert f"{code};Sender" == answer.headers["x-amzn-query-error"]


@pytest.mark.parametrize(("status", "fault"), [(400, "Sender"), (503, "Receiver")])
def test_an_error_says_whose_fault_it_is(status: int, fault: str) -> None:
    answer = wire.error("sqs", "X", "no", status, protocol="json", request_id=ID)
    assert f"X;{fault}" == answer.headers["x-amzn-query-error"]
    answer = wire.error("iam", "X", "no", status, protocol="query", request_id=ID)
    assert f"<Type>{fault}</Type>".encode() in answer.body


@pytest.mark.parametrize(
    ("service", "protocol"),
    [("s3", "rest-xml"), ("iam", "query"), ("dynamodb", "json"), ("lambda", "rest-json")],
)
def test_further_elements_are_carried(service: str, protocol: str) -> None:
    answer = wire.error(
        service, "X", "no", 400, protocol=protocol, request_id=ID, extra={"Reason": "because"}
    )
    assert b"Reason" in answer.body
    assert b"because" in answer.body


@pytest.mark.parametrize("protocol", ["rest-xml", "query"])
def test_what_xml_cannot_hold_is_replaced(protocol: str) -> None:
    service = "s3" if protocol == "rest-xml" else "sts"
    answer = wire.error(service, "X", "a\x00\r\ud800b", 400, protocol=protocol, request_id=ID)
    assert "<Message>a���b</Message>".encode() in answer.body
    assert answer.message == "a���b"


@pytest.mark.parametrize(
    ("action", "resource", "written"),
    [
        ("s3:GetObject", "arn:aws:s3:::uploads/a", '"arn:aws:s3:::uploads/a"'),
        ("kms:Decrypt", "arn:aws:kms:x:1:key/k", "arn:aws:kms:x:1:key/k"),
        ("iam:PassRole", "arn:aws:iam::1:role/r", "arn:aws:iam::1:role/r"),
    ],
)
def test_s3_quotes_its_own_arns_only(action: str, resource: str, written: str) -> None:
    user = Principal.parse("arn:aws:iam::123456789012:user/learner")
    decision = evaluate(Request(user, action, resource, "123456789012"), Policies())
    answer = wire.denial("s3", "PutObject", decision, protocol="rest-xml", request_id=ID)
    assert f" on resource: {written} " in answer.message


def test_s3_tells_a_service_why_it_refuses() -> None:
    logging = Principal.parse("logging.s3.amazonaws.com")
    request = Request(logging, "s3:PutObject", "arn:aws:s3:::logs/a", "123456789012")
    decision = evaluate(request, Policies())
    answer = wire.denial("s3", "PutObject", decision, protocol="rest-xml", request_id=ID)
    assert answer.message.endswith("no resource-based policy allows the s3:PutObject action")
