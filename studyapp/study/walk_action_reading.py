"""What the actions of a run step say, and whether they can be done in its architecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from pipeline import inputs
from pipeline.iam.operations import TABLE
from pipeline.topology import TOPOLOGY_NAMES, Topology
from studyapp.study.problems import perhaps, shown
from studyapp.study.toml_entries import Entry
from studyapp.study.walk_actions import (
    Action,
    BreakArrow,
    CallApi,
    ConfigureMapping,
    EnableMapping,
    Poll,
    Redrive,
    ReserveConcurrency,
    RestoreArrow,
    RunUntilIdle,
    Skip,
    Submit,
)

_LONGEST_SKIP = 400 * 24 * 3600
"""Seconds: longer than any retention period."""

_MOST_SUBMITTED = 500
_MAPPING = {
    "batch_size": (1, 10_000),
    "batching_window": (0, 300),
    "maximum_concurrency": (2, 1000),
}
"""Settings of an event source mapping, and the least and the most that Lambda takes:
https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""


@dataclass(frozen=True, slots=True)
class ActionReader:
    """Reads actions, and knows the files that can be brought in."""

    images: Traversable
    """A folder of pictures, beside the inputs that the pipeline brings along."""

    def read(self, step: Entry, topology: Topology) -> tuple[Action, ...]:
        """Return a run step's actions; faults are kept in the entry."""
        found = [self._action(entry, topology) for entry in step.entries("actions")]
        if not step.table.get("actions"):
            step.fault("actions", "there is no action", "add actions = [{ do = … }]")
        return tuple(action for action in found if action is not None)

    def _action(self, entry: Entry, topology: Topology) -> Action | None:
        kind = entry.one_of("do", _READERS)
        if kind not in _READERS:
            return None
        keys, read = _READERS[kind]
        entry.knows(frozenset({"do", *keys}))
        return read(self, entry, topology)

    def submit(self, entry: Entry, _: Topology) -> Action | None:
        """Return what is brought in: a file, or a text with a name."""
        count = entry.number("count", 1, _MOST_SUBMITTED) if "count" in entry.table else 1
        if "text" in entry.table:
            if "file" in entry.table:
                entry.fault("file", "file and text stand together", "remove one of the two")
            value = entry.table["text"]
            if not isinstance(value, str):
                entry.fault("text", f"text is {shown(value)}", "write a text in quotes")
                return None
            return Submit(entry.text("name"), value, count)
        name = entry.text("file")
        files = self._files()
        if name not in files:
            if name:
                entry.fault("file", f"there is no input {shown(name)}", perhaps(name, files))
            return None
        return Submit(entry.optional_text("name") or name, files[name], count)

    def _files(self) -> Mapping[str, Traversable]:
        pictures = self.images.iterdir() if self.images.is_dir() else ()
        bundled = {
            each.name: each
            for topology in TOPOLOGY_NAMES
            for each in (*inputs.bundled(topology), *inputs.broken(topology))
        }
        return {**{each.name: each for each in pictures}, **bundled}


def _skip(_: ActionReader, entry: Entry, __: Topology) -> Action:
    value = entry.table.get("seconds")
    if type(value) in {int, float} and 0 < value <= _LONGEST_SKIP:  # type: ignore[operator]
        return Skip(float(value))  # type: ignore[arg-type]
    entry.fault("seconds", f"seconds is {shown(value)}", f"write a number up to {_LONGEST_SKIP:,}")
    return Skip(0.0)


def _arrow(make: Callable[[str], Action]) -> _Read:
    def read(_: ActionReader, entry: Entry, topology: Topology) -> Action:
        return make(entry.one_of("arrow", topology.arrow_names))

    return read


def _reserve(_: ActionReader, entry: Entry, __: Topology) -> Action:
    limited = "concurrency" in entry.table
    return ReserveConcurrency(entry.number("concurrency", 0, 1000) if limited else None)


def _mapping(_: ActionReader, entry: Entry, __: Topology) -> Action:
    given = {
        key: entry.number(key, *limits) for key, limits in _MAPPING.items() if key in entry.table
    }
    if not given:
        entry.fault(None, "no setting is given", f"add one of {', '.join(_MAPPING)}")
    return ConfigureMapping(**given)


def _call(_: ActionReader, entry: Entry, __: Topology) -> Action:
    service, operation = entry.one_of("service", TABLE), entry.text("operation")
    known = {snake: name for name in TABLE.get(service, {}) for snake in (_squeezed(name),)}
    if operation and known and _squeezed(operation) not in known:
        what = f"{service} has no operation {shown(operation)} here"
        entry.fault("operation", what, perhaps(operation, map(_snake, known.values())))
    elif operation != operation.lower():
        what = f"operation is {shown(operation)}"
        entry.fault("operation", what, f"write boto3's name: {_snake(operation)}")
    parameters = entry.table.get("parameters", {})
    if not isinstance(parameters, dict):
        entry.fault("parameters", f"parameters is {shown(parameters)}", "write a table")
        parameters = {}
    return CallApi(service, operation, parameters)


def _squeezed(operation: str) -> str:
    return operation.replace("_", "").lower()


def _snake(operation: str) -> str:
    letters = [f"_{letter.lower()}" if letter.isupper() else letter for letter in operation]
    return "".join(letters).lstrip("_")


def _plain(action: Action) -> _Read:
    return lambda _reader, _entry, _topology: action


_Read = Callable[[ActionReader, Entry, Topology], Action | None]
_READERS: Mapping[str, tuple[tuple[str, ...], _Read]] = {
    "submit": (("file", "text", "name", "count"), ActionReader.submit),
    "poll": ((), _plain(Poll())),
    "run": ((), _plain(RunUntilIdle())),
    "skip": (("seconds",), _skip),
    "break": (("arrow",), _arrow(BreakArrow)),
    "restore": (("arrow",), _arrow(RestoreArrow)),
    "reserve": (("concurrency",), _reserve),
    "mapping": (tuple(_MAPPING), _mapping),
    "redrive": ((), _plain(Redrive())),
    "disable": ((), _plain(EnableMapping(enabled=False))),
    "enable": ((), _plain(EnableMapping(enabled=True))),
    "call": (("service", "operation", "parameters"), _call),
}
"""The keys of each action beside ``do``, and what reads it."""
