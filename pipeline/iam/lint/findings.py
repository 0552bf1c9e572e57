"""What the linter says of a policy, as values, as documents and as text for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.iam.positions import Position

_AROUND = 60
"""Characters of a line that are shown on either side of what is marked."""

_LONGEST_MARK = 60


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The policy is refused when it is put."""

    WARNING = "warning"
    """It is accepted, and unwise or surely without the effect that was meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a policy."""

    severity: Severity

    code: str
    """What kind of finding it is, in words joined by hyphens; it stays the same."""

    message: str
    """What is wrong, in one sentence."""

    suggestion: str
    """What to do, in one sentence; empty where the message says it."""

    replacement: str | None
    """JSON text that could stand between start and end instead; None where there is none."""

    start: Position

    end: Position
    """After the last character of what is marked."""

    statement: int | None
    """The index of the statement; None when it is about the whole policy."""

    def as_document(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "suggestion": self.suggestion,
            "replacement": self.replacement,
            "start": _position_document(self.start),
            "end": _position_document(self.end),
            "statement": self.statement,
        }


def _position_document(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": position.offset}


def findings_as_documents(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as a JSON list."""
    return [finding.as_document() for finding in findings]


def render(text: str, findings: Iterable[Finding]) -> str:
    """Return findings for a person to read: where, what, the line with a mark, what to do.

    Whatever the policy holds, the result can be printed: it has no control characters but the
    newline, and no half characters.
    """
    lines = text.split("\n")
    return "\n".join(_rendered(lines, finding) for finding in findings)


def _rendered(lines: list[str], finding: Finding) -> str:
    start, end = finding.start, finding.end
    line = lines[start.line - 1]
    left = max(start.column - 1 - _AROUND, 0)
    shown = line[left : start.column - 1 + _AROUND + _LONGEST_MARK]
    stop = end.column - 1 if end.line == start.line else len(line)
    width = max(1, min(stop - (start.column - 1), _LONGEST_MARK))
    number = f"{start.line:>5} | "
    rows = [
        f"{start.line}:{start.column}: {finding.severity}: {finding.message} [{finding.code}]",
        f"{number}{shown}",
        f"{' ' * (len(number) - 2)}| {' ' * (start.column - 1 - left)}{'^' * width}",
    ]
    if finding.suggestion:
        rows.append(f"{' ' * (len(number) - 2)}= {finding.suggestion}")
    return "\n".join(map(_printable, rows)) + "\n"


def _printable(row: str) -> str:
    row = row.replace("\t", " ")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in row)
