"""Policies are marked as the service that keeps them would take them; settings are not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp.study.lab_marks import ACCOUNT, marks
from studyapp.study.labs import Lab
from tests.studyapp.study.small_labs import small_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab(tmp_path)


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_nothing_in_an_architectures_own_policies_is_an_error(lab: Lab, name: str) -> None:
    topology = make_topology(name)
    lab = replace(lab, topology=name)
    for place, policy in topology.policies.items():
        text = json.dumps(policy).replace(topology.account, ACCOUNT)
        assert [mark for mark in marks(lab, place, text) if mark.severity == "error"] == []


@pytest.mark.parametrize(
    ("place", "has_principal"),
    [
        ("queue-policy", True),
        ("bucket-policy:uploads", True),
        ("key-policy", True),
        ("execution-role-policy", False),
        ("boundary:thumbnail-function", False),
        ("scp", False),
    ],
)
def test_a_policy_must_be_of_the_kind_that_stands_there(
    lab: Lab, place: str, *, has_principal: bool
) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    if not has_principal:
        statement["Principal"] = "*"
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    codes = [mark.code for mark in marks(lab, place, text) if mark.severity == "error"]
    assert codes, f"{place} took a policy of the wrong kind"


@pytest.mark.parametrize("place", ["queue:jobs", "mapping:thumbnail", "nowhere", "queue:nowhere"])
def test_of_settings_and_of_places_that_are_not_nothing_is_said(lab: Lab, place: str) -> None:
    assert marks(lab, place, "{") == ()


def test_lines_are_those_of_the_text(lab: Lab) -> None:
    text = f'{{\n  "Id": "{ACCOUNT}",\n  "Version": "2012-10-17",\n  "Statement": 5\n}}'
    (mark,) = [mark for mark in marks(lab, "queue-policy", text) if mark.severity == "error"]
    assert mark.start.line == 4
