"""A policy as it was written, to be looked at whether or not it is sound.

``policy`` has policies as values, which only sound ones become. Who explains what is wrong with a
policy reads its JSON: what has not the type that is looked for is passed over.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.errors import PolicyError
from pipeline.iam.policy import PolicyKind
from pipeline.iam.positions import Path
from pipeline.iam.variables import Template, parse_template

VARIABLES_SINCE = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Text:
    """A text somewhere in a policy."""

    path: Path
    value: str

    @property
    def in_list(self) -> bool:
        """Whether it stands in a list."""
        return isinstance(self.path[-1], int)

    def instead(self, values: Iterable[str]) -> str:
        """Return the JSON text that puts other values in its place."""
        written = [json.dumps(value) for value in values]
        if self.in_list or len(written) == 1:
            return ", ".join(written)
        return f"[{', '.join(written)}]"


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement, as it was written."""

    path: Path
    entry: Mapping[str, Any]
    kind: PolicyKind | None
    has_variables: bool
    """Whether the policy's version knows variables."""

    @property
    def allows(self) -> bool:
        """Whether its effect is Allow."""
        return self.entry.get("Effect") == "Allow"

    def texts(self, *way: str) -> tuple[Text, ...]:
        """Return the texts of an element, by the keys that lead to it."""
        value: Any = self.entry
        for key in way:
            value = value.get(key) if isinstance(value, Mapping) else None
        return tuple(texts_of(value, (*self.path, *way)))

    def template(self, text: str) -> Template | None:
        """Return a value with its variables, or None when those are malformed."""
        return _template(text, variables=self.has_variables)

    @property
    def conditions(self) -> Iterator[tuple[str, str, Any, Path]]:
        """Operator, key, value and path of every condition."""
        condition = self.entry.get("Condition")
        for operator, keys in condition.items() if isinstance(condition, Mapping) else ():
            for key, value in keys.items() if isinstance(keys, Mapping) else ():
                yield operator, key, value, (*self.path, "Condition", operator, key)


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A whole policy, as it was written."""

    document: Mapping[str, Any]
    kind: PolicyKind | None

    @property
    def has_variables(self) -> bool:
        """Whether its version knows variables."""
        return self.document.get("Version") == VARIABLES_SINCE

    @property
    def statements(self) -> tuple[StatementView, ...]:
        """Its statements, as far as they are objects."""
        body = self.document.get("Statement")
        entries = list(enumerate(body)) if isinstance(body, list) else [(None, body)]
        return tuple(
            StatementView(
                ("Statement",) if index is None else ("Statement", index),
                entry,
                self.kind,
                self.has_variables,
            )
            for index, entry in entries
            if isinstance(entry, dict)
        )


def texts_of(value: object, path: Path) -> Iterator[Text]:
    """Yield a text, or the texts in a list, with their paths."""
    if isinstance(value, str):
        yield Text(path, value)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if isinstance(entry, str):
                yield Text((*path, index), entry)


@functools.lru_cache(maxsize=4096)
def _template(text: str, *, variables: bool) -> Template | None:
    try:
        return parse_template(text, variables=variables)
    except PolicyError:
        return None
