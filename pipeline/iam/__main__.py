"""``python -m pipeline.iam``: decides questions, explains decisions and looks policies over.

::

    evaluate            JSON Lines on standard input → a JSON line each (see ``questions``)
    explain FILE        the same questions, answered for a person
    lint POLICY.json    what AWS would refuse, and what is unwise

They exit with 0, with 1 when lint found an error, and with 2 when there is nothing to work on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from pipeline.iam.counterfactual import advice
from pipeline.iam.documents import load_json
from pipeline.iam.evaluation import evaluate
from pipeline.iam.explaining import explanation
from pipeline.iam.lint import lint, render
from pipeline.iam.policy import PolicyKind
from pipeline.iam.questions import MAX_BYTES, answer_line, read_question

_KINDS = {
    "identity": PolicyKind.IDENTITY,
    "resource": PolicyKind.RESOURCE,
    "trust": PolicyKind.TRUST,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return _run(given)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # The reader has gone; what Python still holds for it must not be tried again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"{given.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.iam", description="Decide, explain and look over IAM policies."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "evaluate", help="answer questions, one JSON object a line, from standard input"
    ).set_defaults(file="standard input")
    explain = commands.add_parser("explain", help="answer the questions of a file for a person")
    explain.add_argument("file", metavar="FILE", help="one question, a list of them, or JSON Lines")
    looking = commands.add_parser("lint", help="say what is wrong with a policy, and where")
    looking.add_argument("file", metavar="POLICY.json")
    looking.add_argument(
        "--kind", choices=sorted(_KINDS), help="where the policy is to be attached"
    )
    looking.add_argument("--service", metavar="NAME", help="the service it is put in, such as sqs")
    looking.add_argument("--json", action="store_true", help="print a JSON line for each finding")
    return parser


def _run(given: argparse.Namespace) -> int:
    if given.command == "evaluate":
        return _evaluate(sys.stdin.buffer, sys.stdout)
    if given.command == "explain":
        return _explain(Path(given.file).read_bytes())
    return _lint(Path(given.file).read_bytes(), given)


def _evaluate(lines: IO[bytes], out: IO[str]) -> int:
    for line in lines:
        if line.strip():
            print(json.dumps(answer_line(line)), file=out, flush=True)
    return 0


def _explain(data: bytes) -> int:
    status = 0
    for position, document in enumerate(_questions(data)):
        if position:
            print("-" * 78)
        identifier = document.get("id") if isinstance(document, dict) else None
        try:
            if isinstance(document, ValueError):
                raise document
            question = read_question(document)
            decision = evaluate(question.request, question.policies)
        except ValueError as error:
            print(f"question {identifier or position + 1}: {error}")
            status = 2
            continue
        print(explanation(question, decision, identifier), end="")
        print(advice(question.request, question.policies))
    return status


def _questions(data: bytes) -> Iterator[Any]:
    """Yield the questions of a file, and an error in the place of each that is not JSON."""
    try:
        whole = load_json(data, "The file", limit=MAX_BYTES)
    except ValueError:
        yield from _each_line(data.splitlines())
    else:
        yield from whole if isinstance(whole, list) else [whole]


def _each_line(lines: Iterable[bytes]) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield load_json(line, f"Line {number}", limit=MAX_BYTES)
            except ValueError as error:
                yield error


def _lint(data: bytes, given: argparse.Namespace) -> int:
    text = data.decode("utf-8", errors="surrogateescape")
    findings = lint(text, kind=_KINDS.get(given.kind), service=given.service)
    if given.json:
        for finding in findings:
            print(json.dumps(finding.as_document()))
    else:
        print(render(text, findings), end="")
    return 1 if any(finding.severity == "error" for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
