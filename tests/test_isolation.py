"""The tests themselves are isolated: see conftest.py."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import platformdirs
import pytest

REFUSED = pytest.fail.Exception


def test_a_connection_to_another_machine_fails_the_test() -> None:
    with socket.socket() as connection, pytest.raises(REFUSED, match=r"192\.0\.2\.1"):
        connection.connect(("192.0.2.1", 80))


def test_looking_up_a_name_fails_the_test() -> None:
    with pytest.raises(REFUSED, match=r"s3\.amazonaws\.com"):
        socket.create_connection(("s3.amazonaws.com", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_can_be_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()


def test_the_home_folder_is_empty_and_temporary(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert list(Path.home().iterdir()) == []


def test_the_app_would_keep_its_data_in_that_home() -> None:
    assert platformdirs.user_data_path("studyapp").is_relative_to(Path.home())


def test_no_aws_setting_of_the_user_is_left() -> None:
    assert [name for name in os.environ if name.startswith("AWS_")] == []
