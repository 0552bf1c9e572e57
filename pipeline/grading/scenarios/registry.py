"""The scenarios by name: whoever writes one gives it a name, and nobody keeps a list."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.grading.run import Run

Act = Callable[..., None]
"""Takes a run, and the scenario's parameters by keyword."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that must come about."""

    name: str
    act: Act
    prepare: Callable[[Run], None] | None = None
    """Called before the documents are put: makes what the topology does not have."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of what may be set."""
        return tuple(p.name for p in self._own())

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of what must be set."""
        return tuple(p.name for p in self._own() if p.default is inspect.Parameter.empty)

    def _own(self) -> Iterator[inspect.Parameter]:
        for parameter in inspect.signature(self.act).parameters.values():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                yield parameter


_scenarios: dict[str, Scenario] = {}


def scenario(name: str, *, prepare: Callable[[Run], None] | None = None) -> Callable[[Act], Act]:
    """Make a scenario of a function; ``ValueError`` when there is one of that name."""

    def declare(act: Act) -> Act:
        if name in _scenarios:
            raise ValueError(f"There are two scenarios called {name}.")
        _scenarios[name] = Scenario(name, act, prepare)
        return act

    return declare


@functools.cache
def _all() -> Mapping[str, Scenario]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        importlib.import_module(f"{__package__}.{module.name}")
    return _scenarios


def scenario_names() -> tuple[str, ...]:
    """Return the names of all scenarios, sorted."""
    return tuple(sorted(_all()))


def find(name: str) -> Scenario:
    """Return the scenario of that name; ``KeyError`` when there is none."""
    return _all()[name]


def parameter_problems(name: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with a scenario's name or parameters: one sentence each."""
    if name not in _all():
        return (f"There is no scenario {name!r}; there are {', '.join(scenario_names())}.",)
    found = find(name)
    unknown = [p for p in parameters if p not in found.parameters]
    missing = [p for p in found.needed if p not in parameters]
    return (
        *(f"The scenario {name} has no parameter {p!r}." for p in unknown),
        *(f"The scenario {name} needs the parameter {p!r}." for p in missing),
    )
