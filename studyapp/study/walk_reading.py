"""What the steps of a ``steps.toml`` say, and whether they can be shown and run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.topology import TOPOLOGY_NAMES, Topology, make_topology
from studyapp.study.problems import perhaps, shown
from studyapp.study.toml_entries import Entry
from studyapp.study.walk_action_reading import ActionReader
from studyapp.study.walk_entries import lines, prose, texts
from studyapp.study.walk_facts import (
    Fact,
    FactError,
    Measured,
    Selector,
    check_path,
    read_fact,
    read_selector,
)
from studyapp.study.walkthrough import (
    CheckStep,
    ExplainStep,
    ObserveStep,
    PredictStep,
    ReadStep,
    RunStep,
    Step,
)

KINDS = ("read", "predict", "run", "observe", "explain", "check")
_COMMON = frozenset({"id", "kind", "nodes", "text", "topology"})
_KEYS: Mapping[str, frozenset[str]] = {
    "read": _COMMON,
    "predict": _COMMON | {"options", "answer", "number", "unit", "measure", "expect"},
    "run": _COMMON | {"fresh", "actions", "facts"},
    "observe": _COMMON | {"event", "which", "mark"},
    "explain": _COMMON | {"of"},
    "check": _COMMON | {"question"},
}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_OPTIONS = 6


@dataclass(slots=True)
class StepReader:
    """Reads the steps of one chapter, and knows which came before."""

    topology: str
    """The chapter's."""

    questions: Collection[str]
    """The ids of the bank's questions."""

    actions: ActionReader
    _entries: dict[str, Entry] = field(default_factory=dict)
    _steps: list[Step] = field(default_factory=list)

    def read(self, chapter: Entry) -> tuple[Step, ...]:
        """Return the chapter's steps; faults are kept in the entry."""
        for entry in chapter.entries("step"):
            step = self._step(entry)
            if step is not None:
                self._entries[step.id] = entry
                self._steps.append(step)
        if not self._steps and not chapter.faults:
            chapter.fault("step", "there is no step", "add a [[step]] for each")
        self._resolve_predictions()
        for step in self._steps:
            self._check_nodes(step)
        return tuple(self._steps)

    def _step(self, entry: Entry) -> Step | None:
        kind = entry.one_of("kind", KINDS)
        if kind not in _KEYS:
            return None
        entry.knows(_KEYS[kind])
        common: dict[str, Any] = {
            "id": self._id(entry),
            "text": prose(entry, "text", is_needed=kind != "check"),
            "topology": self._topology(entry, kind),
            "nodes": texts(entry, "nodes"),
        }
        read: Mapping[str, Callable[[Entry, dict[str, Any]], Step]] = {
            "read": lambda _, given: ReadStep(**given),
            "predict": self._predict,
            "run": self._run,
            "observe": self._observe,
            "explain": self._explain,
            "check": self._check,
        }
        return read[kind](entry, common)

    def _id(self, entry: Entry) -> str:
        name = entry.text("id")
        if name and not _ID.fullmatch(name):
            entry.fault("id", f"id {shown(name)} is badly formed", "write it like what-happens")
        if name in self._entries:
            entry.fault("id", f"id {shown(name)} is used twice", "choose another for one of them")
        return name

    def _topology(self, entry: Entry, kind: str) -> str:
        if "topology" in entry.table:
            name = entry.one_of("topology", TOPOLOGY_NAMES)
            return name if name in TOPOLOGY_NAMES else self.topology
        last = self._last_run()
        return self.topology if kind == "run" or last is None else last.topology

    def _last_run(self) -> RunStep | None:
        return next((s for s in reversed(self._steps) if isinstance(s, RunStep)), None)

    # -- predict --

    def _predict(self, entry: Entry, common: dict[str, Any]) -> PredictStep:
        options = lines(entry, "options")
        if "number" in entry.table:
            answer = _number(entry, "number")
            for key in ("options", "answer"):
                if key in entry.table:
                    entry.fault(key, f"{key} and number stand together", "remove one of the two")
        else:
            if not 2 <= len(options) <= _MOST_OPTIONS:
                what = f"there are {len(options)} options"
                entry.fault("options", what, f"give 2 to {_MOST_OPTIONS}, or number = …")
            answer = entry.number("answer", 0, max(0, len(options) - 1))
        return PredictStep(
            **common,
            options=options,
            answer=answer,
            unit=entry.optional_text("unit") or "",
            measure=entry.text("measure"),
            expect=_scalar(entry, "expect", answer),
        )

    def _resolve_predictions(self) -> None:
        """Give each prediction the topology of the run that decides it, and find its fact."""
        for place, step in enumerate(self._steps):
            if not isinstance(step, PredictStep):
                continue
            entry = self._entries[step.id]
            run = next((s for s in self._steps[place:] if isinstance(s, RunStep)), None)
            if run is None:
                entry.fault(None, "no run step follows", "add one that measures it")
                continue
            if step.measure and step.measure not in run.facts:
                what = f"the next run, {run.id}, measures no {shown(step.measure)}"
                entry.fault("measure", what, perhaps(step.measure, run.facts))
            if "topology" not in entry.table:
                self._steps[place] = replace(step, topology=run.topology)

    # -- run --

    def _run(self, entry: Entry, common: dict[str, Any]) -> RunStep:
        return RunStep(
            **common,
            actions=self.actions.read(entry, make_topology(common["topology"])),
            facts=_facts(entry),
            fresh=entry.flag("fresh"),
        )

    # -- observe --

    def _observe(self, entry: Entry, common: dict[str, Any]) -> ObserveStep:
        run = self._last_run()
        if run is None:
            entry.fault(None, "no run step comes before", "add one")
        selector = _selector(entry)
        marks = texts(entry, "mark")
        for path in marks if selector.event else ():
            try:
                check_path(selector.event, path)
            except FactError as error:
                entry.fault("mark", str(error), error.remedy)
        return ObserveStep(
            **common,
            of=run.id if run is not None else "",
            event=selector,
            which=_which(entry),
            mark=marks,
        )

    # -- explain and check --

    def _explain(self, entry: Entry, common: dict[str, Any]) -> ExplainStep:
        predictions = [step.id for step in self._steps if isinstance(step, PredictStep)]
        return ExplainStep(**common, of=entry.one_of("of", predictions))

    def _check(self, entry: Entry, common: dict[str, Any]) -> CheckStep:
        return CheckStep(**common, question=entry.one_of("question", self.questions))

    def _check_nodes(self, step: Step) -> None:
        topology = make_topology(step.topology)
        known = node_names(topology)
        for name in step.nodes:
            if name not in known:
                what = f"there is no node {shown(name)} in {topology.name}"
                remedy = f"{perhaps(name, known)}, or name another topology"
                self._entries[step.id].fault("nodes", what, remedy)


def node_names(topology: Topology) -> tuple[str, ...]:
    """Return the names of an architecture's nodes, in order."""
    return tuple(node.name for node in topology.nodes)


def _facts(entry: Entry) -> dict[str, Fact]:
    table = entry.table.get("facts", {})
    if not isinstance(table, dict):
        entry.fault("facts", f"facts is {shown(table)}", 'write { name = "count …" }')
        return {}
    facts = {}
    for name, text in table.items():
        if not isinstance(text, str):
            entry.fault("facts", f"{name} is {shown(text)}", "write a fact in quotes")
            continue
        try:
            facts[name] = read_fact(text)
        except FactError as error:
            entry.fault("facts", f"{name}: {error}", error.remedy)
    return facts


def _selector(entry: Entry) -> Selector:
    text = entry.text("event")
    if text:
        try:
            return read_selector(text)
        except FactError as error:
            entry.fault("event", str(error), error.remedy)
    return Selector("")


def _which(entry: Entry) -> int:
    value = entry.table.get("which", "first")
    places = {"first": 1, "last": -1}
    if isinstance(value, str) and value in places:
        return places[value]
    if type(value) is int and value > 0:
        return value
    entry.fault("which", f"which is {shown(value)}", 'write "first", "last" or a number from 1')
    return 1


def _number(entry: Entry, key: str) -> float:
    value = entry.table.get(key)
    if type(value) in {int, float}:
        return float(value)  # type: ignore[arg-type]
    entry.fault(key, f"{key} is {shown(value)}", "write a number")
    return 0.0


def _scalar(entry: Entry, key: str, answer: float) -> Measured:
    """Return what a fact is expected to be; for a number asked for, it may be left away."""
    if key not in entry.table and "number" in entry.table:
        return answer
    value = entry.table.get(key)
    if isinstance(value, bool | int | float | str):
        return value
    entry.fault(
        key, f"{key} is {'missing' if value is None else shown(value)}", "add the fact's value"
    )
    return None
