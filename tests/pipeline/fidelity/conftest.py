"""Moto by itself, beside the sandbox that corrects it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws


@pytest.fixture
def moto() -> Iterator[boto3.Session]:
    """Plain moto, without a sandbox."""
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="us-east-1")
