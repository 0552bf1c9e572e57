"""The catalogue's texts as values, each read when it is first asked for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from pipeline.iam.catalogue.shapes import ArnShape, arn_shape
from pipeline.iam.glob import compile_glob, pieces_of

DETAILED = (
    "cloudformation",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "sts",
)
"""The services whose actions are known here; of the others only the prefix is."""

_PLACEHOLDER = re.compile(r"\{[A-Za-z]+\}")


@dataclass(frozen=True, slots=True)
class KnownAction:
    """An action that exists."""

    service: str
    """The prefix before its colon."""

    name: str

    resources: tuple[str, ...]
    """The types of resource it knows; without any, a statement must give it ``*``."""

    @property
    def text(self) -> str:
        """The action as a policy names it."""
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A condition key that exists."""

    name: str
    """With ``{TagKey}`` where a part is free."""

    type: str
    """ARN, Bool, Date, IPAddress, Numeric, String …; ``ArrayOf…`` when it has several values."""

    @property
    def is_multivalued(self) -> bool:
        """Whether a request may have several values for it."""
        return self.type.startswith("ArrayOf")


class KnownKeys:
    """Condition keys, found by name; upper and lower case are the same."""

    def __init__(self, keys: tuple[KnownKey, ...]) -> None:
        self.names = tuple(key.name for key in keys)
        self._plain = {key.name.lower(): key for key in keys if "{" not in key.name}
        self._open = tuple((_opened(key.name), key) for key in keys if "{" in key.name)

    def find(self, name: str) -> KnownKey | None:
        """Return the key that a policy names, or None."""
        lowered = name.lower()
        found = self._plain.get(lowered)
        if found is not None:
            return found
        return next((key for form, key in self._open if form.fullmatch(lowered)), None)


@dataclass(frozen=True, slots=True)
class ServiceCatalogue:
    """What is known of a service."""

    prefix: str
    title: str
    address: str
    """Of its page in the Service Authorization Reference."""

    resources: Mapping[str, ArnShape]
    """By type."""

    actions: Mapping[str, KnownAction]
    """By name in lower case."""

    operations: Mapping[str, tuple[KnownAction, ...]]
    """What operations need that no action is named after, by name in lower case."""

    keys: KnownKeys

    def matching(self, pattern: str) -> tuple[KnownAction, ...]:
        """Return the actions that a pattern covers, given without the service's prefix."""
        lowered = pattern.lower()
        if "*" not in lowered and "?" not in lowered:
            found = self.actions.get(lowered)
            return (found,) if found is not None else ()
        glob = compile_glob(pieces_of(lowered))
        return tuple(action for name, action in self.actions.items() if glob.matches(name))


@functools.cache
def service_catalogue(prefix: str) -> ServiceCatalogue | None:
    """Return what is known of a service by its prefix in lower case, or None."""
    if prefix not in DETAILED:
        return None
    title, address, sections = _read(prefix)
    actions = {
        name.lower(): KnownAction(prefix, name, () if types == "*" else tuple(types.split(", ")))
        for types, names in _rows(sections["actions"], ": ")
        for name in names.split()
    }
    operations = {
        operation.lower(): tuple(actions[name.lower()] for name in names.split())
        for operation, names in _rows(sections.get("operations", ""), ": ")
    }
    resources = {
        name: arn_shape(text) for name, text in _rows(sections.get("resources", ""), " = ")
    }
    keys = _keys(sections.get("keys", ""))
    return ServiceCatalogue(prefix, title, address, resources, actions, operations, keys)


@functools.cache
def global_keys() -> KnownKeys:
    """Return the condition keys that every service knows."""
    return _keys(_read("global")[2]["keys"])


@functools.cache
def service_prefixes() -> frozenset[str]:
    """Return the prefixes of all services."""
    return frozenset(_read("services")[2]["prefixes"].split())


def _read(name: str) -> tuple[str, str, dict[str, str]]:
    """Return a text's title, its address and its sections."""
    text = files(__package__ or "").joinpath(f"{name}.txt").read_text("utf-8")
    heading, *parts = re.split(r"^\[(\w+)\]\n", text, flags=re.MULTILINE)
    title, address = (line.removeprefix("# ") for line in heading.split("\n")[:2])
    return title, address, dict(zip(parts[::2], parts[1::2], strict=True))


def _rows(section: str, separator: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before and after the separator of each line and its continuations."""
    for line in section.replace("\n    ", " ").splitlines():
        if line:
            before, _, after = line.partition(separator)
            yield before, after


def _keys(section: str) -> KnownKeys:
    return KnownKeys(
        tuple(
            KnownKey(name, type_) for type_, names in _rows(section, ": ") for name in names.split()
        )
    )


def _opened(name: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(name.lower())
    return re.compile(".+".join(map(re.escape, parts)), re.DOTALL)
