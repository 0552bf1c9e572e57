"""A sandbox to grade on, and setups of the thumbnail pipeline."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipeline.grading.grade import grade
from pipeline.grading.values import Document, Forbidden, Grade, Setup
from pipeline.sandbox import Sandbox
from pipeline.topology import PolicyDocument, make_topology

Grader = Callable[..., Grade]


@pytest.fixture(scope="session")
def stage() -> Iterator[Sandbox]:
    """Return an open sandbox that gradings may reset."""
    with Sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def graded(stage: Sandbox) -> Grader:
    """Return a function that grades documents in the thumbnail pipeline, by place."""

    def grade_documents(
        documents: dict[str, Document],
        *,
        start: dict[str, Document] | None = None,
        given: dict[str, Document] | None = None,
        forbidden: tuple[Forbidden, ...] = (),
        **parameters: Any,
    ) -> Grade:
        setup = Setup(
            topology="thumbnails",
            scenario="every-upload",
            parameters=parameters,
            start=documents if start is None else start,
            given=given or {},
            forbidden=forbidden,
        )
        return grade(setup, documents, sandbox=stage)

    return grade_documents


@pytest.fixture
def original() -> Callable[[str], PolicyDocument]:
    """Return a function that copies one of the thumbnail pipeline's policies, by place."""
    policies = make_topology("thumbnails", account="{account}").policies
    return lambda place: copy.deepcopy(policies[place])
