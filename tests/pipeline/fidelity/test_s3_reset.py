"""What one account loses is no other's: moto without the correction, moto with it."""

from __future__ import annotations

from typing import Any

import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.s3.models import FakeKey

from pipeline.fidelity import s3_reset
from pipeline.sandbox import Sandbox


def _stored(account: str) -> Any:
    backend = get_backend("s3")[account]["aws"]
    backend.create_bucket(f"photos-{account}", "us-east-1")
    return backend.put_object(f"photos-{account}", "photo.jpg", b"bytes")


def test_moto_alone_closes_the_objects_of_every_account() -> None:
    with mock_aws():
        kept = _stored("111111111111")
        _stored("222222222222")
        get_backend("s3")["222222222222"]["aws"].reset()

        with pytest.raises(ValueError, match="closed file"):
            _ = kept.value


@pytest.mark.fidelity(
    service="sandbox",
    behaviour="What happens in one account changes nothing in another",
    verdict="corrected",
    address="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html",
)
@pytest.mark.parametrize("end", [Sandbox.close, Sandbox.reset])
def test_a_sandbox_keeps_its_objects_when_another_ends(end: Any) -> None:
    with Sandbox() as kept:
        kept.upload(b"bytes", "photo.jpg")
        other = Sandbox()
        try:
            other.open()
            other.upload(b"others", "photo.jpg")
            end(other)
            assert kept.read_object(kept.topology.uploads.name, "photo.jpg") == b"bytes"
        finally:
            if end is not Sandbox.close:
                other.close()
        assert kept.read_object(kept.topology.uploads.name, "photo.jpg") == b"bytes"


def test_what_a_closed_sandbox_stored_is_closed_and_forgotten() -> None:
    with Sandbox() as sandbox:
        sandbox.upload(b"bytes", "photo.jpg")
        sandbox.client("s3").create_multipart_upload(
            Bucket=sandbox.topology.uploads.name, Key="half.jpg"
        )
        account = sandbox.topology.account
        stored = [k for k in FakeKey.instances_tracked if k.account_id == account][-1]
        assert stored.value == b"bytes"

    for kind in s3_reset._TRACKED:
        assert [each for each in kind.instances_tracked if each.account_id == account] == []
    with pytest.raises(ValueError, match="closed file"):
        _ = stored.value
