"""Documented limits, held against the API models that botocore ships.

A limit is a bound of a member, or stands in the words of its documentation. A botocore in which it
has changed makes the observation not hold, and the report says from what to what.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.experiments.limit import Limit, LimitGroup
from pipeline.experiments.limits_of_compute import COMPUTE
from pipeline.experiments.limits_of_messaging import MESSAGING
from pipeline.experiments.limits_of_storage import STORAGE
from pipeline.experiments.notes import Notes
from pipeline.experiments.values import Call, Experiment, Kind, Report, Tell

_TAGS, _SPACE = re.compile(r"<[^>]+>"), re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Member:
    """What a model says of an operation, or of a member of its input."""

    bounds: tuple[str, str]
    """Its least and its greatest value; empty where the model has none."""

    text: str
    """Its documentation as one line of plain text."""


@functools.cache
def _model(service: str) -> Any:
    from botocore.loaders import Loader  # noqa: PLC0415
    from botocore.model import ServiceModel  # noqa: PLC0415

    loader = Loader(extra_search_paths=[], include_default_search_paths=True)
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def read_member(place: str) -> Member:
    """Return what a place in a model says; an empty member where there is no such place.

    Args:
        place: ``sqs:CreateQueue`` for the operation, ``sqs:CreateQueue.Attributes`` for a member;
            the entries of a list are passed over: ``events:PutEvents.Entries.Source``.
    """
    service, _, path = place.partition(":")
    operation, *members = path.split(".")
    model = _model(service)
    if operation not in model.operation_names:
        return Member(("", ""), "")
    found = model.operation_model(operation)
    if not members:
        return Member(("", ""), _plain(found.documentation))
    shape = found.input_shape
    for member in members:
        while shape.type_name == "list":
            shape = shape.member
        shape = getattr(shape, "members", {}).get(member)
        if shape is None:
            return Member(("", ""), "")
    bounds = (str(shape.metadata.get("min", "")), str(shape.metadata.get("max", "")))
    return Member(bounds, _plain(shape.documentation))


def _plain(documentation: str) -> str:
    return _SPACE.sub(" ", _TAGS.sub(" ", documentation)).strip()


def found_values(limit: Limit, member: Member) -> tuple[str, ...]:
    """Return the values that a model gives for a limit; none when it says nothing about it."""
    if limit.pattern is None:
        return member.bounds if any(member.bounds) else ()
    found = re.search(limit.pattern, member.text)
    return found.groups() if found is not None else ()


def limit_experiment(group: LimitGroup) -> Experiment:
    """Make an experiment of the limits of one thing."""
    observations = {limit.observed: limit.text for limit in group.limits}
    addresses = tuple(dict.fromkeys(limit.address for limit in group.limits))

    def run(tell: Tell) -> Report:
        notes = Notes(observations, tell)
        for limit in group.limits:
            _look(limit, notes)
        return notes.report(group.id, group.claim)

    return Experiment(group.id, group.claim, Kind.LIMIT, observations, addresses, run)


def _look(limit: Limit, notes: Notes) -> None:
    member = read_member(limit.place)
    found = found_values(limit, member)
    holds = found == limit.expected
    where = "its bounds" if limit.pattern is None else "its documentation"
    said = _excerpt(limit, member) if limit.pattern else _words(found)
    notes.note(Call("botocore", limit.place, "read", f"{where}: {said}", is_refused=not found))
    if holds:
        notes.observe(limit.observed, holds=True, model_says=_words(found))
    else:
        notes.observe(
            limit.observed,
            holds=False,
            changed_from=_words(limit.expected),
            to=_words(found),
            where=limit.place,
        )


def _words(values: Iterable[str]) -> str:
    return " to ".join(value or "unbounded" for value in values) or "nothing"


def _excerpt(limit: Limit, member: Member) -> str:
    """Return the words of the documentation in which a limit stands."""
    found = re.search(limit.pattern or "", member.text)
    return f"… {found.group()} …" if found is not None else "says nothing of it"


LIMIT_EXPERIMENTS = tuple(limit_experiment(group) for group in (*MESSAGING, *COMPUTE, *STORAGE))
