"""The user's AWS configuration is set aside and the network refused, while a sandbox is open."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from pipeline import offline
from pipeline.sandbox import Sandbox


def test_the_users_configuration_is_ignored_and_given_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile broken\nthis is no configuration")
    wanted = {
        "AWS_PROFILE": "production",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL": "https://192.0.2.1",
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
    }
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)

    with Sandbox() as sandbox:
        assert os.environ.get("AWS_PROFILE") is None
        sandbox.upload(b"x", "x.jpg")
        assert sandbox.snapshot().uploads == 1

    assert {name: os.environ.get(name) for name in wanted} == wanted


def test_the_configuration_stays_aside_until_the_last_sandbox_closes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    with Sandbox():
        with Sandbox():
            pass
        assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_PROFILE"] == "production"


@pytest.mark.parametrize("host", ["192.0.2.1", "8.8.8.8", "2001:db8::1"])
def test_other_machines_cannot_be_reached(host: str) -> None:
    offline.enter()
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with (
            socket.socket(family, socket.SOCK_STREAM) as connection,
            pytest.raises(offline.OfflineError, match="offline"),
        ):
            connection.connect((host, 443))
    finally:
        offline.leave()


def test_names_are_not_looked_up() -> None:
    offline.enter()
    try:
        with pytest.raises(offline.OfflineError):
            socket.getaddrinfo("example.com", 443)
    finally:
        offline.leave()


def test_loopback_can_be_reached() -> None:
    offline.enter()
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    finally:
        offline.leave()


def test_a_plain_client_beside_a_sandbox_is_refused_at_the_gate() -> None:
    with (
        Sandbox(),
        pytest.raises(ClientError) as refusal,
    ):
        boto3.client("sqs").list_queues()

    assert refusal.value.response["Error"]["Code"] == "InvalidClientTokenId"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
        ("lambda", "list_functions", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
    ],
)
def test_unknown_credentials_get_the_services_own_error(
    service: str, operation: str, code: str
) -> None:
    with Sandbox(), pytest.raises(ClientError) as refusal:
        getattr(boto3.Session().client(service), operation)()

    assert refusal.value.response["Error"]["Code"] == code


def test_a_sandbox_that_fails_to_open_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setattr(Sandbox, "open", lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError), Sandbox():
        pass

    assert os.environ["AWS_PROFILE"] == "production"
