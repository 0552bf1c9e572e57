"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (".ci", "content", "pipeline", "studyapp", "tests")
FILES = (
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "pyproject.toml",
)
PICTURES = {".gif", ".jpg", ".png", ".svg", ".webp"}
LONGEST_MODULE = 300

LEFTOVER = re.compile(rb"\b(?:" + b"|".join((b"TO" + b"DO", b"FIX" + b"ME", b"X" * 3)) + rb")\b")
HOSTS = tuple(
    name + end for name, end in ((b"pypi", b".org"), (b"python", b"hosted"), (b"npm", b"js."))
)
MACHINE_PATHS = re.compile(rb"(?<![\w.*-])/(?:" + b"|".join((b"work", b"root", b"farm")) + rb")/")


def _modules() -> list[Path]:
    return sorted(path for room in ("pipeline", "studyapp") for path in (ROOT / room).rglob("*.py"))


def _files() -> Iterator[Path]:
    """Yield the project's texts: not its pictures, nor what tools leave beside them."""
    yield from (ROOT / name for name in FILES)
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            skipped = path.suffix in PICTURES or "__pycache__" in path.parts
            if path.is_file() and not skipped:
                yield path


def _places(pattern: re.Pattern[bytes]) -> list[str]:
    """Return every file and line in which a pattern stands."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.decode(errors='replace').strip()}"
        for path in _files()
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if pattern.search(line)
    ]


def _unexplained_blind_excepts(source: str) -> list[int]:
    """Return the lines that catch anything without saying why anything may come."""
    lines = source.splitlines()
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and _catches_anything(node.type)
        and not isinstance(node.body[-1], ast.Raise)
        and not re.search(r"# noqa: BLE001 - \w+", lines[node.lineno - 1])
    ]


def _catches_anything(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_anything(entry) for entry in caught.elts)
    return caught is None or ast.unparse(caught) in {"Exception", "BaseException"}


def test_every_file_of_the_house_is_there() -> None:
    assert [name for name in FILES if not (ROOT / name).is_file()] == []


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in _modules()}
    long = [f"{path.relative_to(ROOT)}: {n}" for path, n in lengths.items() if n > LONGEST_MODULE]
    assert not long, "is it one room, or two? " + ", ".join(long)


def test_nothing_is_left_for_later_in_a_comment() -> None:
    assert _places(LEFTOVER) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert _places(re.compile(b"|".join(re.escape(host) for host in HOSTS))) == []


def test_no_file_holds_a_path_of_the_machine_it_was_written_on() -> None:
    assert _places(MACHINE_PATHS) == []


def test_who_passes_it_on_may_catch_anything() -> None:
    source = "try:\n    pass\nexcept Exception as error:\n    raise ValueError from error\n"
    assert _unexplained_blind_excepts(source) == []


def test_who_catches_anything_says_why() -> None:
    blind = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _modules()
        for line in _unexplained_blind_excepts(path.read_text("utf-8"))
    ]
    assert not blind, "name the exception, or why anything may come: " + ", ".join(blind)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("except:", [3]),
        ("except Exception:", [3]),
        ("except (ValueError, BaseException) as error:", [3]),
        ("except Exception:  # noqa: BLE001", [3]),
        ("except Exception:  # noqa: BLE001 - a handler may raise anything", []),
        ("except (ValueError, KeyError):", []),
    ],
)
def test_the_check_sees_a_blind_except(clause: str, expected: list[int]) -> None:
    source = f"try:\n    pass\n{clause}\n    pass\n"
    assert _unexplained_blind_excepts(source) == expected


@pytest.mark.parametrize("path", ["/wo" + "rk/main/x", "file:///ro" + "ot/x"])
def test_the_check_sees_a_path_of_a_machine(path: str) -> None:
    assert MACHINE_PATHS.search(path.encode())


@pytest.mark.parametrize(
    "text", ["example.com/ro" + "ot/x", "arn:aws:iam::1:ro" + "ot", "a/wo" + "rk/b"]
)
def test_the_check_lets_an_address_pass(text: str) -> None:
    assert not MACHINE_PATHS.search(text.encode())
