"""Log files and documents: read from a bucket, told of by S3, recorded in a table."""

import json
from importlib.resources import files
from types import ModuleType
from typing import Any

import pytest

from pipeline.function import documents, log_summary
from pipeline.function.records import object_id

INPUTS = files("pipeline.inputs")
ENVIRONMENTS = {
    "pipeline.function.log_summary": {"RESULTS_BUCKET": "results", "SUMMARIES_TABLE": "logs"},
    "pipeline.function.documents": {"DOCUMENTS_TABLE": "documents"},
}
BOTH = pytest.mark.parametrize("module", [log_summary, documents], ids=["logs", "documents"])


@pytest.fixture(autouse=True)
def resources(cloud: Any) -> None:
    cloud.create_table("logs", "log_id")
    cloud.create_table("documents", "document_id")
    cloud.s3.create_bucket(Bucket="results")


@pytest.fixture
def failed(cloud: Any) -> Any:
    def give(module: ModuleType, *bodies: str) -> list[str]:
        cloud.calls.clear()
        return cloud.failed(module, *bodies, **ENVIRONMENTS[module.__name__])

    return give


def bundled(name: str) -> bytes:
    return (INPUTS / name).read_bytes()


GOOD = {log_summary: bundled("access.log"), documents: bundled("document.json")}
BAD = {log_summary: bundled("broken-access.log"), documents: bundled("broken-document.json")}
TABLES = {log_summary: "logs", documents: "documents"}


# -- logs --


def test_log_becomes_a_summary_and_an_item(cloud: Any, failed: Any) -> None:
    body = cloud.upload("logs/access.log", GOOD[log_summary], "0A")

    assert failed(log_summary, body) == []
    assert cloud.calls == {"GetObject": 1, "PutObject": 1, "PutItem": 1}
    ((key, data),) = cloud.objects("results").items()
    assert key == f"logs/access.log.{object_id('uploads', 'logs/access.log')[:16]}.json"
    summary = json.loads(data)
    assert (summary["bucket"], summary["key"]) == ("uploads", "logs/access.log")
    assert sum(summary["by_status"].values()) == summary["lines"] - summary["bad_lines"]
    assert summary["first"] < summary["last"]
    (item,) = cloud.items("logs")
    assert item == {
        "log_id": object_id("uploads", "logs/access.log"),
        "bucket": "uploads",
        "key": "logs/access.log",
        "sequencer": "0A" + "0" * 30,
        "updated_at": "2023-11-14T22:13:20.000Z",
        "status": "done",
        "lines": 323,
        "bad_lines": 3,
        "summary_bucket": "results",
        "summary_key": key,
    }


@pytest.mark.parametrize(("data", "lines"), [(b"", 0), (b"\x00\xff" * 99, 1), (b"a\nb\n", 2)])
def test_file_without_a_good_line_is_recorded_and_reported(
    cloud: Any, failed: Any, log: Any, data: bytes, lines: int
) -> None:
    assert failed(log_summary, cloud.upload("a.log", data)) == ["m0"]

    reason = f"None of the {lines} lines is one of an access log."
    assert log() == [("ERROR", f"message m0: a.log: {reason}")]
    (item,) = cloud.items("logs")
    assert (item["status"], item["error"]) == ("failed", reason)
    assert cloud.objects("results") == {}


def test_longest_key_has_a_summary_too(cloud: Any, failed: Any) -> None:
    assert failed(log_summary, cloud.upload("é" * 512, GOOD[log_summary])) == []

    (key,) = cloud.objects("results")
    assert 1000 < len(key.encode()) <= 1024


# -- documents --


def test_valid_document_is_indexed(cloud: Any, failed: Any) -> None:
    assert failed(documents, cloud.upload("a.json", GOOD[documents], "0A")) == []

    assert cloud.calls == {"GetObject": 1, "PutItem": 1}
    (item,) = cloud.items("documents")
    assert item == {
        "document_id": object_id("uploads", "a.json"),
        "bucket": "uploads",
        "key": "a.json",
        "sequencer": "0A" + "0" * 30,
        "updated_at": "2023-11-14T22:13:20.000Z",
        "status": "indexed",
        "title": "Keeping a lighthouse through one winter",
        "authors": ["Ada Brandt", "Jonas Weber"],
        "published": "2026-03-14",
        "language": "en",
        "pages": 12,
        "keywords": ["lighthouse", "sea", "winter"],
    }


def test_invalid_document_is_recorded_with_all_its_problems_and_reported(
    cloud: Any, failed: Any, log: Any
) -> None:
    assert failed(documents, cloud.upload("b.json", BAD[documents])) == ["m0"]

    (item,) = cloud.items("documents")
    assert item["status"] == "rejected"
    assert item["problems"] == [
        "authors[1].name: is missing",
        "published: must be a day like 2026-11-25",
        "pages: must be a whole number from 1 to 10000",
    ]
    expected = f"message m0: b.json: rejected: {'; '.join(item['problems'])}"
    assert log() == [("ERROR", expected)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "The file is not JSON: "),
        (b"\xff", "The file is not JSON: "),
        (b"[" * 60_000, "The file is not JSON: "),
        (b"[]", "The file is not a JSON object."),
        (b" " * 65_537, "The file is too large: 65,537 bytes, at most 65,536 are allowed."),
    ],
)
def test_file_that_is_no_document_is_rejected(
    cloud: Any, failed: Any, data: bytes, problem: str
) -> None:
    assert failed(documents, cloud.upload("b.json", data)) == ["m0"]

    (found,) = cloud.items("documents")[0]["problems"]
    assert found.startswith(problem)


def test_problems_beyond_twenty_are_counted(cloud: Any, failed: Any, log: Any) -> None:
    document = {"authors": [{"name": "A"}] * 20, "keywords": [""] * 20}

    assert failed(documents, cloud.upload("b.json", json.dumps(document).encode())) == ["m0"]
    assert len(cloud.items("documents")[0]["problems"]) == 20
    assert log()[0][1].endswith(" and 4 more")


# -- both --


@BOTH
def test_file_told_of_by_a_bus_or_through_a_topic_is_worked_on(
    cloud: Any, sent: Any, failed: Any, module: ModuleType
) -> None:
    cloud.upload("my file", GOOD[module])
    body = json.dumps(sent.s3_event_on_a_bus("uploads", "my file"))

    assert failed(module, body, sent.enveloped(body)) == []
    assert [item["key"] for item in cloud.items(TABLES[module])] == ["my file"]


@BOTH
def test_event_that_comes_twice_leaves_one_item(
    cloud: Any, failed: Any, module: ModuleType
) -> None:
    body = cloud.upload("file", GOOD[module])
    failed(module, body)
    before = cloud.items(TABLES[module])

    assert failed(module, body, body) == []
    assert cloud.items(TABLES[module]) == before


@BOTH
def test_older_event_that_comes_late_does_not_take_the_items_place(
    cloud: Any, failed: Any, log: Any, module: ModuleType
) -> None:
    older = cloud.body("file", "0A")
    failed(module, cloud.upload("file", GOOD[module], "0B"))

    assert failed(module, older) == []
    assert cloud.items(TABLES[module])[0]["sequencer"].startswith("0B")
    assert log()[-1][1].endswith("a newer upload was seen before")


@BOTH
def test_broken_file_that_is_replaced_is_worked_on(
    cloud: Any, failed: Any, module: ModuleType
) -> None:
    assert failed(module, cloud.upload("file", BAD[module], "0A")) == ["m0"]

    assert failed(module, cloud.upload("file", GOOD[module], "0B")) == []
    (item,) = cloud.items(TABLES[module])
    assert item["status"] in {"done", "indexed"}
    assert not {"error", "problems"} & set(item)


@pytest.mark.parametrize(
    ("module", "operation"),
    [
        (log_summary, "GetObject"),
        (log_summary, "PutObject"),
        (log_summary, "PutItem"),
        (documents, "GetObject"),
        (documents, "PutItem"),
    ],
)
def test_refused_call_fails_its_message_with_the_reason(
    cloud: Any, failed: Any, log: Any, module: ModuleType, operation: str
) -> None:
    body = cloud.upload("file", GOOD[module])
    cloud.deny(operation, f"not authorized to {operation}")

    assert failed(module, "{}", body) == ["m0", "m1"]
    level, line = log()[-1]
    assert level == "ERROR"
    assert f"not authorized to {operation}" in line


@BOTH
def test_one_broken_file_does_not_touch_the_others(
    cloud: Any, failed: Any, module: ModuleType
) -> None:
    bodies = [cloud.upload("1", GOOD[module]), cloud.upload("2", BAD[module]), "junk"]

    assert failed(module, *bodies, '{"Event": "s3:TestEvent"}') == ["m1", "m2"]
