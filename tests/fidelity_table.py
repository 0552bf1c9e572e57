"""Makes the fidelity table from the contract tests: ``make fidelity``.

A test says what it proves with ``@pytest.mark.fidelity``. The marks are read from the source, so
that the table needs no run; that the tests are green is what makes it true. Written are
``pipeline/behaviours/table.json`` and the section of the README between two comments.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.behaviours import SERVICES, VERDICTS, Behaviour
from pipeline.behaviours.table import in_order

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "pipeline" / "behaviours" / "table.json"
README = ROOT / "README.md"
BEGIN = "<!-- fidelity: written by make fidelity -->"
END = "<!-- end of fidelity -->"
COMMAND = "make fidelity"

FIELDS = ("service", "behaviour", "verdict", "address", "note")
AWS = ("https://docs.aws.amazon.com/", "https://aws.amazon.com/", "https://repost.aws/")
LONGEST_SENTENCE = 160

Place = tuple[str, int]
Test = ast.FunctionDef | ast.AsyncFunctionDef


class Reading:
    """What the marks of some tests say, and what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._rows: dict[Behaviour, Place] = {}

    @property
    def rows(self) -> tuple[Behaviour, ...]:
        """The behaviours, in the order of the table."""
        return in_order(self._rows)

    def read(self, source: str, file: str) -> None:
        """Read one file of tests."""
        if "mark.fidelity" not in source:
            return
        tree = ast.parse(source, file)
        proper = dict(_marks_of_tests(tree))
        for node in ast.walk(tree):
            if _is_mark(node) and node not in proper.values():
                self._complain(
                    (file, node.lineno),
                    "a fidelity mark is a call that decorates a test function, nothing else",
                )
        for call in proper:
            self._take(call, (file, call.lineno))

    def _take(self, call: ast.Call, place: Place) -> None:
        row = self._row(call, place)
        if row is None:
            return
        problems = list(problems_of(row))
        for problem in problems:
            self._complain(place, problem)
        for other, there in self._rows.items():
            if (other.service, other.behaviour) == (row.service, row.behaviour):
                problems.append("said twice")
                self._complain(
                    place, f"{there[0]}:{there[1]} says {row.behaviour!r} already: mark one test"
                )
        if not problems:
            self._rows[row] = place

    def _row(self, call: ast.Call, place: Place) -> Behaviour | None:
        if call.args or any(keyword.arg is None for keyword in call.keywords):
            self._complain(place, f"every argument is given by name: {', '.join(FIELDS)}")
            return None
        given: dict[str, str] = {}
        for keyword in call.keywords:
            if not (
                isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
            ):
                self._complain(place, f"{keyword.arg} is to be a literal text: it is read, not run")
                return None
            given[str(keyword.arg)] = keyword.value.value
        wrong = sorted(given.keys() - set(FIELDS))
        missing = [name for name in FIELDS[:-1] if name not in given]
        if wrong or missing:
            self._complain(
                place,
                "; ".join(
                    [f"there is no argument {name}" for name in wrong]
                    + [f"{name} is missing" for name in missing]
                ),
            )
            return None
        return Behaviour(**given)

    def _complain(self, place: Place, problem: str) -> None:
        self.problems.append(f"{place[0]}:{place[1]}: {problem}")


def problems_of(row: Behaviour) -> Iterator[str]:
    """Yield what is wrong with a row."""
    if row.service not in SERVICES:
        yield f"service {row.service!r} is none of {', '.join(SERVICES)}"
    if row.verdict not in VERDICTS:
        yield f"verdict {row.verdict!r} is none of {', '.join(VERDICTS)}"
    if not row.address.startswith(AWS):
        yield f"address {row.address!r} is none of AWS's documentation"
    words = row.behaviour
    if not words or words != " ".join(words.split()) or words.endswith("."):
        yield "behaviour is to be one sentence on one line, without a full stop"
    if len(words) > LONGEST_SENTENCE:
        yield f"behaviour is to be at most {LONGEST_SENTENCE} characters long"
    if row.verdict in {"simplified", "not modelled"} and not row.note:
        yield f"what is {row.verdict} needs a note that says what differs"


def _marks_of_tests(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Yield the marks that decorate tests, as calls, and the name that each calls."""
    for node in _tests_in(tree.body):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _is_mark(decorator.func):
                yield decorator, decorator.func


def _tests_in(body: Iterable[ast.stmt]) -> Iterator[Test]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_"):
                yield node
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests_in(node.body)


def _is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node).endswith("mark.fidelity")


def read_tests(folder: Path = ROOT / "tests") -> Reading:
    """Read every test in a folder."""
    reading = Reading()
    for path in sorted(folder.rglob("test_*.py")):
        reading.read(path.read_text("utf-8"), path.relative_to(folder.parent).as_posix())
    return reading


# -- what is written --


def table_text(rows: Iterable[Behaviour]) -> str:
    """Return the table as the JSON that the app reads."""
    return json.dumps([row.document() for row in rows], indent=1, ensure_ascii=False) + "\n"


def readme_section(rows: tuple[Behaviour, ...]) -> str:
    """Return the section of the README: counts, and everything that is not as on AWS."""
    return "\n".join(
        [
            BEGIN,
            f"| | {' | '.join(VERDICTS)} |",
            f"|---|{'--:|' * len(VERDICTS)}",
            *_counts(rows),
            "",
            "Simplified, each with what differs:",
            "",
            *_items(row for row in rows if row.verdict == "simplified"),
            "",
            "Not modelled, each with what happens instead:",
            "",
            *_items(row for row in rows if row.verdict == "not modelled"),
            END,
        ]
    )


def _counts(rows: tuple[Behaviour, ...]) -> Iterator[str]:
    counts = Counter((row.service, row.verdict) for row in rows)
    for service, name in SERVICES.items():
        if any(row.service == service for row in rows):
            cells = (str(counts[service, verdict] or "") for verdict in VERDICTS)
            yield f"| {name} | {' | '.join(cells)} |"
    totals = (sum(row.verdict == verdict for row in rows) for verdict in VERDICTS)
    yield f"| together | {' | '.join(map(str, totals))} |"


def _items(rows: Iterable[Behaviour]) -> Iterator[str]:
    some = False
    for row in rows:
        some = True
        yield f"- {SERVICES[row.service]}: [{row.behaviour}]({row.address}). {row.note}"
    if not some:
        yield "- nothing"


def with_section(readme: str, section: str) -> str:
    """Return the README with another section; ``ValueError`` when it has no place for it."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md needs the lines {BEGIN!r} and {END!r}.")
    return before + section + after


def main() -> int:
    """Write table and section; return 1, and write nothing, when a mark is wrong."""
    reading = read_tests()
    for problem in reading.problems:
        print(problem, file=sys.stderr)
    if reading.problems:
        return 1
    TABLE.write_text(table_text(reading.rows), "utf-8")
    readme = README.read_text("utf-8")
    README.write_text(with_section(readme, readme_section(reading.rows)), "utf-8")
    print(f"{len(reading.rows)} behaviours written to {TABLE.relative_to(ROOT)} and README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
