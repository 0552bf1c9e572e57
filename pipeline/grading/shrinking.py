"""What a policy allows that nothing needed: each value of its Allow statements is taken away.

The requests that were made and allowed while everything worked are decided again without the value.
When all of them stay allowed, it is superfluous; when some do not and the value has wildcards, it
is superfluous as far as it is wider than those need. What is found superfluous stays away while the
rest is tried: all that is named can go together. Conditions and Deny statements are never touched.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.grading.recording import Holder, Needed
from pipeline.grading.values import Evidence
from pipeline.iam.evaluation import evaluate
from pipeline.iam.glob import compile_glob, pieces_of
from pipeline.iam.policy import parse_policy
from pipeline.iam.writing import to_document

Values = list[tuple[str, str]]
"""Of a principal its type and its value; of other elements an empty text and the value."""

_ACCOUNT = re.compile(r"\{'AWS': '(arn:aws:iam::)?\d{12}(:root)?'\}")
_UNNEEDED = "Nothing needs this statement."
_POSITIVE = {"NotAction": "Action", "NotResource": "Resource", "NotPrincipal": "Principal"}


@dataclass(slots=True)
class _Statement:
    """A statement whose values can be taken away."""

    name: str
    """Its Sid, or its place among the statements."""

    can_shrink: bool
    """Whether it allows something, and is not what keeps a key manageable."""

    rest: dict[str, Any]
    """All that is never touched."""

    values: dict[str, Values]
    """Of Action, Resource and Principal; or of the Not… that stands in its place."""

    def is_gone(self) -> bool:
        return any(not held for held in self.values.values())

    def document(self) -> dict[str, Any]:
        return {**self.rest, **{name: _written(name, held) for name, held in self.values.items()}}


def excess(place: str, text: str, holder: Holder, needed: Sequence[Needed]) -> tuple[Evidence, ...]:
    """Return what could go from a policy, one finding for each value.

    Args:
        place: Where it stands, as the findings name it.
        text: The policy.
        holder: What it is attached to.
        needed: The requests that must stay allowed.
    """
    return tuple(_Shrinking(place, text, holder, needed).findings())


class _Shrinking:
    """One policy that shrinks."""

    def __init__(self, place: str, text: str, holder: Holder, needed: Sequence[Needed]) -> None:
        document = to_document(parse_policy(text))
        self._place = place
        self._version = document["Version"]
        self._holder = holder
        self._needed = [each for each in needed if holder.concerns(each)]
        self._statements = [
            _statement(entry, index, holder) for index, entry in enumerate(document["Statement"])
        ]

    def findings(self) -> Iterator[Evidence]:
        yield from self._drop([s for s in self._statements if self._is_idle(s)])
        for statement in self._statements:
            yield from self._make_positive(statement)
        for statement, element, value in self._wildcards():
            yield from self._take(statement, element, value)
        yield from self._drop(self._live())
        for statement in self._live():
            for element, held in list(statement.values.items()):
                for value in list(held):
                    yield from self._take(statement, element, value)

    # -- trying --

    def _is_idle(self, statement: _Statement) -> bool:
        """Tell whether no needed request is allowed by a statement."""
        return len(self._missing([statement])) == len(self._missing([]))

    def _drop(self, statements: Iterable[_Statement]) -> Iterator[Evidence]:
        """Let the statements go that are not missed."""
        for statement in statements:
            others = [each for each in self._live() if each is not statement]
            if statement.can_shrink and not self._missing(others):
                self._statements = others
                yield self._finding(statement, "", "", _UNNEEDED)

    def _live(self) -> list[_Statement]:
        return [statement for statement in self._statements if not statement.is_gone()]

    def _missing(self, statements: Iterable[_Statement]) -> list[Needed]:
        """Return the needed requests that these statements, in the policy's place, would deny."""
        documents = [statement.document() for statement in statements]
        policy = None
        if documents:
            policy = parse_policy({"Version": self._version, "Statement": documents})
        return [
            each
            for each in self._needed
            if not evaluate(
                each.request, self._holder.with_policy(each, policy), trace=False
            ).allowed
        ]

    def _take(
        self, statement: _Statement, element: str, value: tuple[str, str]
    ) -> Iterator[Evidence]:
        if not statement.can_shrink or statement.is_gone():
            return
        held = statement.values[element]
        position = held.index(value)
        held.remove(value)
        missing = self._missing(self._live())
        if not missing:
            word = _UNNEEDED if statement.is_gone() else ""
            yield self._finding(statement, element, value[1], word)
            return
        narrow = _NARROWER[element](missing, value)
        if narrow:
            statement.values[element] = [*held[:position], *narrow, *held[position:]]
            if not self._missing(self._live()):
                suffice = ", ".join(f"`{narrower}`" for _, narrower in narrow)
                word = f"`{value[1]}` in {statement.name} is wider than needed: {suffice} would do."
                yield self._finding(statement, element, value[1], word)
                return
        statement.values[element] = [*held[:position], value, *held[position:]]

    def _make_positive(self, statement: _Statement) -> Iterator[Evidence]:
        """Name what an Allow of everything but some values is needed for."""
        for negative, positive in _POSITIVE.items():
            if not statement.can_shrink or negative not in statement.values:
                continue
            others = [s for s in self._live() if s is not statement]
            narrow = _NARROWER[positive](self._missing(others), ("AWS", "*"))
            before = statement.values.pop(negative)
            statement.values[positive] = list(narrow)
            if self._missing(self._live()):
                statement.values[negative] = before
                del statement.values[positive]
                continue
            suffice = ", ".join(f"`{value}`" for _, value in narrow) or "nothing"
            word = f"{negative} in {statement.name} allows all the rest: {suffice} would do."
            yield self._finding(statement, negative, "", word)

    def _wildcards(self) -> list[tuple[_Statement, str, tuple[str, str]]]:
        """Return the values with wildcards, the widest first."""
        found = [
            (statement, element, value)
            for statement in self._statements
            if statement.can_shrink
            for element, held in statement.values.items()
            for value in held
            if "*" in value[1] or "?" in value[1]
        ]
        return sorted(found, key=lambda each: len(re.sub(r"[*?]", "", each[2][1])))

    def _finding(self, statement: _Statement, element: str, value: str, word: str) -> Evidence:
        words = word or f"`{value}` in {statement.name} is not needed."
        identifier = ":".join(filter(None, (self._place, statement.name, element, value)))
        return Evidence(f"excess:{identifier}", holds=False, words=words, details=(self._place,))


# -- what would do instead --


def _narrower_actions(missing: Sequence[Needed], value: tuple[str, str]) -> Values:
    if "*" not in value[1] and "?" not in value[1]:
        return []
    return [("", action) for action in _unique(each.request.action for each in missing)]


def _narrower_resources(missing: Sequence[Needed], value: tuple[str, str]) -> Values:
    text = value[1]
    if ("*" not in text and "?" not in text) or "${" in text:
        return []
    needed = _unique(whole_of(each.request.resource) for each in missing)
    if len(needed) == 1 and compile_glob(pieces_of(needed[0])).matches(text):
        return []  # It stands for no more than a policy can name at best.
    return [("", pattern) for pattern in needed]


def _narrower_principals(missing: Sequence[Needed], value: tuple[str, str]) -> Values:
    if value[1] != "*":
        return []
    principals = (each.request.principal for each in missing)
    return list(
        dict.fromkeys(
            ("Service" if p.account is None else "AWS", p.role_arn or p.arn) for p in principals
        )
    )


def _nothing_narrower(_: Sequence[Needed], __: tuple[str, str]) -> Values:
    return []


_NARROWER: dict[str, Callable[[Sequence[Needed], tuple[str, str]], Values]] = {
    "Action": _narrower_actions,
    "Resource": _narrower_resources,
    "Principal": _narrower_principals,
    **dict.fromkeys(_POSITIVE, _nothing_narrower),
}


def whole_of(resource: str) -> str:
    """Return what a policy names at best to cover a resource: a bucket's objects, a log group.

    Which objects and streams there will be is known to nobody who writes a policy.
    """
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return resource
    if parts[2] == "s3" and "/" in parts[5]:
        return resource.partition("/")[0] + "/*"
    if parts[2] == "dynamodb" and "/stream/" in parts[5]:
        return resource.rpartition("/")[0] + "/*"
    if parts[2] == "logs" and ":log-stream:" in parts[5]:
        return resource.partition(":log-stream:")[0] + ":*"
    return resource


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


# -- reading and writing --


def _statement(document: dict[str, Any], index: int, holder: Holder) -> _Statement:
    elements = [*_POSITIVE, *_POSITIVE.values()]
    if holder.is_key:
        elements.remove("Resource")
    is_owners = holder.is_key and _ACCOUNT.fullmatch(str(document.get("Principal")))
    return _Statement(
        name=document.get("Sid") or f"Statement[{index}]",
        can_shrink=document["Effect"] == "Allow" and not is_owners,
        rest={n: copy.deepcopy(v) for n, v in document.items() if n not in elements},
        values={n: _read(v) for n, v in document.items() if n in elements},
    )


def _read(element: Any) -> Values:
    if isinstance(element, dict):
        return [(type_, v) for type_, held in element.items() for _, v in _read(held)]
    values = [element] if isinstance(element, str) else element
    return [("", value) for value in values]


def _written(name: str, values: Values) -> Any:
    if not name.endswith("Principal"):
        return [value for _, value in values]
    by_type: dict[str, list[str]] = {}
    for type_, value in values:
        by_type.setdefault(type_ or "AWS", []).append(value)
    return by_type
