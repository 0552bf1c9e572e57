"""PartiQL in DynamoDB: one action for each kind of statement, on the table or index it names.

A statement is read only so far as its permissions need, and one that cannot be read is refused.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.iam.actions.dynamodb_expressions import leading_keys
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import Place, Requirement, as_value

_NAME = r"""(?:"[A-Za-z0-9_.-]+"|[A-Za-z0-9_-]+)"""
_SHAPES = {
    "PartiQLDelete": re.compile(rf"\s*DELETE\s+FROM\s+(?P<table>{_NAME})(?=\s|$)", re.IGNORECASE),
    "PartiQLInsert": re.compile(rf"\s*INSERT\s+INTO\s+(?P<table>{_NAME})(?=\s)", re.IGNORECASE),
    "PartiQLSelect": re.compile(
        r"\s*SELECT\s(?P<picked>(?:'[^']*'|\"[^\"]*\"|[^'\"])*?)\sFROM\s+"
        rf"(?P<table>{_NAME})(?:\.(?P<index>{_NAME}))?(?=\s|;|$)",
        re.IGNORECASE,
    ),
    "PartiQLUpdate": re.compile(rf"\s*UPDATE\s+(?P<table>{_NAME})(?=\s)", re.IGNORECASE),
}
_LITERAL = re.compile(
    r"'(?P<quoted>(?:[^']|'')*)'(?P<names_a_member>\s*:)?"
    r"|(?<![\w\".])(?P<number>-?\d+(?:\.\d+)?)(?![\w\"])"
)
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"\"([^\"]+)\"|(?<!\w)([A-Za-z_]\w*)\b(?!\s*\()")
_KEYWORDS = re.compile(
    r"all|and|asc|between|by|delete|desc|false|from|in|insert|into|is|limit|missing|modified|new"
    r"|not|null|old|or|order|remove|returning|select|set|true|update|value|where",
    re.IGNORECASE,
)
_WHERE = re.compile(r"\sWHERE\s", re.IGNORECASE)
_COMPARED = r"(?:=|\bIN\b)"


def statement_needs(
    statement: str,
    values: Iterable[Mapping[str, object]],
    place: Place,
    *,
    enclosing: str | None = None,
) -> Requirement:
    """Return what a statement needs.

    Every value in the statement counts as a partition key that it reaches, as it may be one, and
    every word that is no keyword as an attribute: a condition on them holds only when it holds for
    whatever the statement may mean.

    Args:
        statement: A PartiQL statement.
        values: What stands for its question marks.
        place: Where the call is made.
        enclosing: The operation that holds several statements.

    Raises:
        UnknownOperationError: The statement cannot be read.
    """
    action, found = _kind(statement)
    groups = found.groupdict()
    resource = place.arn("dynamodb", f"table/{_plain(groups['table'])}")
    if groups.get("index"):
        resource = f"{resource}/index/{_plain(groups['index'])}"
    picked, rest = groups.get("picked") or "", statement[found.end() :]
    context: dict[str, ContextValue] = {}
    if reached := tuple(dict.fromkeys((*_literals(rest), *_given_values(values)))):
        context["dynamodb:LeadingKeys"] = reached
    if touched := tuple(dict.fromkeys((*_words(picked), *_words(rest), *_members(rest)))):
        context["dynamodb:Attributes"] = touched
    if action == "PartiQLSelect":
        everything = picked.strip() == "*"
        context["dynamodb:Select"] = "ALL_ATTRIBUTES" if everything else "SPECIFIC_ATTRIBUTES"
        context["dynamodb:FullTableScan"] = as_value(
            _scans(rest, place.lookups.partition_key(resource))
        )
    if enclosing:
        context["dynamodb:EnclosingOperation"] = enclosing
    return Requirement(f"dynamodb:{action}", resource, context)


def _kind(statement: str) -> tuple[str, re.Match[str]]:
    for action, shape in _SHAPES.items():
        found = shape.match(statement)
        if found is not None:
            return action, found
    raise UnknownOperationError(
        f"{statement!r} is no PartiQL statement whose permissions are known here; "
        "begin it with SELECT, INSERT, UPDATE or DELETE and name one table."
    )


def _literals(text: str) -> list[str]:
    found = _LITERAL.finditer(text)
    return [m["number"] or m["quoted"] for m in found if not m["names_a_member"]]


def _members(text: str) -> list[str]:
    return [m["quoted"] for m in _LITERAL.finditer(text) if m["names_a_member"]]


def _scans(rest: str, partition_key: str | None) -> bool:
    """Tell whether a SELECT reads everything; any condition will do when the key is not known."""
    where = _WHERE.search(rest)
    if where is None:
        return True
    key = rf"(?<!\w)\"?{re.escape(partition_key)}\"?\s*" if partition_key else ""
    compared = re.compile(key + _COMPARED, re.IGNORECASE)
    return compared.search(rest, where.end() - 1) is None


def _given_values(values: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    return leading_keys([{"": value} for value in values], None)


def _words(text: str) -> list[str]:
    """Return the names in a text outside its quoted literals."""
    found = _WORD.findall(_QUOTED.sub(" ", text))
    return [q or bare for q, bare in found if q or not _KEYWORDS.fullmatch(bare)]


def _plain(name: str) -> str:
    return name.strip('"')
