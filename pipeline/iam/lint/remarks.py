"""What the linter's rules remark on a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.iam.lint.findings import Severity
from pipeline.iam.positions import Path


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding that does not know its place in the text yet."""

    severity: Severity
    code: str
    message: str
    path: Path

    suggestion: str = ""
    replacement: str | None = None
    """JSON text."""

    on_key: bool = False
    """Whether the key before the value is meant."""


def error(code: str, message: str, path: Path, **more: Any) -> Remark:
    """Return a remark on what is refused."""
    return Remark(Severity.ERROR, code, message, path, **more)


def warning(code: str, message: str, path: Path, **more: Any) -> Remark:
    """Return a remark on what is accepted and unwise or without effect."""
    return Remark(Severity.WARNING, code, message, path, **more)
