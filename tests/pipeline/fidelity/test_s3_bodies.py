"""Where a sandbox keeps objects: moto's memory without the correction, files with it."""

from __future__ import annotations

import gc
import hashlib
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.backends import get_backend
from moto.core.request import Request

from pipeline.cloud.bodies import SMALL
from pipeline.sandbox import Sandbox
from tests.pipeline.fidelity.s3_bucket import PART, Bucket, multipart_upload

LARGE = b"0123456789abcdef" * (SMALL // 8)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's temporary folder, empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def files(place: Path) -> int:
    return sum(1 for path in place.rglob("*") if path.is_file())


def test_moto_alone_keeps_every_object_in_memory(moto: boto3.Session, place: Path) -> None:
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=LARGE)

    stored: Any = get_backend("s3")["123456789012"]["aws"].get_object("bucket", "k")
    assert isinstance(stored._value_buffer, tempfile.SpooledTemporaryFile)
    assert not stored._value_buffer._rolled  # type: ignore[attr-defined]
    assert files(place) == 0


@pytest.mark.fidelity(
    service="s3",
    behaviour="How much is stored has no limit that memory sets",
    verdict="corrected",
    address="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html",
    note="",
)
def test_a_sandbox_keeps_large_objects_out_of_memory(place: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        s3, bucket = sandbox.client("s3"), sandbox.topology.uploads.name
        body = bytes(2_000_000)
        s3.put_object(Bucket=bucket, Key="warm", Body=body)
        tracemalloc.start()
        for number in range(10):
            s3.put_object(Bucket=bucket, Key=f"{number}", Body=body)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert held < 4_000_000
        assert files(place) == 11
        assert s3.get_object(Bucket=bucket, Key="7")["Body"].read() == body


@pytest.mark.fidelity(
    service="s3",
    behaviour="An ETag is the MD5 of what was put, or of the MD5s of an upload's parts",
    verdict="as AWS",
    address="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
    note="",
)
def test_etags_are_those_of_the_bytes(scene: Any) -> None:
    bucket = Bucket(scene)
    put = bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=LARGE)["ETag"]
    copied = bucket.s3.copy_object(
        Bucket=bucket.name, Key="copy", CopySource={"Bucket": bucket.name, "Key": "k"}
    )["CopyObjectResult"]["ETag"]
    joined = multipart_upload(bucket.s3, bucket.name, "parts", PART, LARGE)

    def md5(data: bytes) -> Any:
        return hashlib.md5(data, usedforsecurity=False)

    assert put == copied == f'"{md5(LARGE).hexdigest()}"'
    parts = md5(md5(PART).digest() + md5(LARGE).digest()).hexdigest()
    assert joined == f'"{parts}-2"'
    read = bucket.s3.get_object(Bucket=bucket.name, Key="parts")["Body"].read()
    assert read == PART + LARGE


def test_a_file_goes_with_its_object(place: Path, scene: Any) -> None:
    bucket = Bucket(scene)
    s3, name = bucket.s3, bucket.name
    before = files(place)
    for _ in range(3):
        s3.put_object(Bucket=name, Key="k", Body=LARGE)
    assert files(place) == before + 1

    s3.copy_object(Bucket=name, Key="copy", CopySource={"Bucket": name, "Key": "k"})
    multipart_upload(s3, name, "parts", PART, b"end")
    assert files(place) == before + 3

    s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": k} for k in ("copy", "parts")]})
    s3.delete_object(Bucket=name, Key="k")
    assert files(place) == before


def test_each_version_keeps_its_file_until_it_is_deleted(place: Path, scene: Any) -> None:
    bucket = Bucket(scene, versioned=True)
    first, second = (
        bucket.s3.put_object(Bucket=bucket.name, Key="k", Body=body)["VersionId"]
        for body in (LARGE, LARGE[::-1])
    )
    bucket.s3.delete_object(Bucket=bucket.name, Key="k")
    assert files(place) == 2

    old = bucket.s3.get_object(Bucket=bucket.name, Key="k", VersionId=first)["Body"].read()
    assert old == LARGE
    bucket.s3.delete_object(Bucket=bucket.name, Key="k", VersionId=second)
    assert files(place) == 1


def test_an_aborted_upload_leaves_no_file(place: Path, scene: Any) -> None:
    bucket = Bucket(scene)
    upload = bucket.s3.create_multipart_upload(Bucket=bucket.name, Key="k")["UploadId"]
    named = {"Bucket": bucket.name, "Key": "k", "UploadId": upload}
    for _ in range(2):
        bucket.s3.upload_part(PartNumber=1, Body=LARGE, **named)
    assert files(place) == 1

    bucket.s3.abort_multipart_upload(**named)
    assert files(place) == 0


@pytest.mark.parametrize("end", [Sandbox.reset, Sandbox.close])
def test_the_folder_goes_with_the_sandbox(end: Any, place: Path) -> None:
    sandbox = Sandbox(seed=1)
    sandbox.open()
    try:
        sandbox.upload(LARGE, "k")
        assert files(place) == 1
        end(sandbox)
        assert list(place.iterdir()) == []
    finally:
        if end is not Sandbox.close:
            sandbox.close()


def _requests_left_by(put: Any) -> int:
    """Return how many of moto's requests are in memory after a call, and were not before it."""
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(each, Request) for each in gc.get_objects())
        put()
        return sum(isinstance(each, Request) for each in gc.get_objects()) - before
    finally:
        gc.enable()


def test_moto_alone_holds_a_request_after_its_answer(moto: boto3.Session) -> None:
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="bucket")

    assert _requests_left_by(lambda: s3.put_object(Bucket="bucket", Key="k", Body=LARGE)) == 1


def test_in_a_sandbox_a_request_goes_with_its_answer(scene: Any) -> None:
    bucket = Bucket(scene)
    s3, name = bucket.s3, bucket.name
    s3.put_object(Bucket=name, Key="k", Body=LARGE)

    assert _requests_left_by(lambda: s3.put_object(Bucket=name, Key="k", Body=LARGE)) == 0
    assert _requests_left_by(lambda: s3.head_object(Bucket=name, Key="k")) == 0
