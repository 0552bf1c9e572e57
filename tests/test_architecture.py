"""Who may import whom, checked from source and at run time.

Each rule is a row with its reason. An import counts wherever it stands: at the top, in a function,
under ``TYPE_CHECKING``, or by name through ``import_module``.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for room in ("pipeline", "studyapp", "content") for path in (ROOT / room).rglob("*.py")
)
PURE = (
    "pipeline.behaviours",
    "pipeline.events",
    "pipeline.topology",
    "pipeline.queueing",
    "pipeline.matching",
    "pipeline.notification",
    "pipeline.clock",
)
TERMINAL = ("textual", "rich", "rich_pixels", "textual_image")
CLOUD = ("moto", "boto3", "botocore")


@dataclass(frozen=True)
class Rule:
    """What the modules of one place may or may not import."""

    name: str

    places: tuple[str, ...]
    """Files, and folders with a slash at the end, from the checkout's root."""

    reason: str

    forbidden: tuple[str, ...] = ()

    only: tuple[str, ...] | None = None
    """When given: nothing but the standard library and these."""

    exceptions: tuple[str, ...] = ()
    """Places inside ``places`` to which the rule does not apply."""

    room_exists: bool = True
    """Whether the place is built already; a rule about nothing would be a slip otherwise."""

    def applies_to(self, file: str) -> bool:
        """Tell whether a file, named from the root, is bound by the rule."""
        return file.startswith(self.places) and not file.startswith(self.exceptions or ("\0",))

    def allows(self, module: str) -> bool:
        """Tell whether the rule lets a module be imported."""
        if self.only is not None:
            return _root_of(module) in sys.stdlib_module_names or _is_in(module, self.only)
        return not _is_in(module, self.forbidden)


RULES = (
    Rule(
        "the pipeline knows nothing of the app",
        places=("pipeline/",),
        forbidden=("studyapp", "content", *TERMINAL),
        reason="the pipeline is usable alone, and announces events to whoever listens",
    ),
    Rule(
        "the emulator is met in one place",
        places=("pipeline/", "studyapp/", "content/"),
        exceptions=("pipeline/sandbox.py", "pipeline/cloud/emulator.py", "pipeline/fidelity/"),
        forbidden=("moto",),
        reason="everything else would run on AWS unchanged, and a moto release touches few files",
    ),
    Rule(
        "IAM evaluation is pure",
        places=("pipeline/iam/",),
        only=("pipeline.iam",),
        reason="policies are evaluated by the standard library alone, as values",
    ),
    Rule(
        "events, topology, notifications and the clock are values",
        places=(
            "pipeline/behaviours/",
            "pipeline/events/",
            "pipeline/topology/",
            "pipeline/queueing/",
            "pipeline/matching/",
            "pipeline/notification.py",
            "pipeline/clock.py",
        ),
        only=PURE,
        reason="the app imports them before its first frame, and must not pay for the cloud",
    ),
    Rule(
        "the function is deployable by itself",
        places=("pipeline/function/",),
        only=(
            "pipeline.function",
            "boto3",
            "botocore",
            "PIL",
            "mypy_boto3_s3",
            "mypy_boto3_dynamodb",
        ),
        reason="Lambda gets this folder and nothing of its siblings",
    ),
    Rule(
        "studying knows no terminal",
        places=("studyapp/study/",),
        forbidden=(*TERMINAL, "studyapp.screens", "studyapp.widgets", "studyapp.app"),
        reason="grading and scheduling are the same in every front end",
    ),
    Rule(
        "studying opens no sandbox but for labs, experiments and the walkthrough's runs",
        places=("studyapp/study/",),
        exceptions=(
            "studyapp/study/labs.py",
            "studyapp/study/experiments.py",
            "studyapp/study/walk_actions.py",
            "studyapp/study/walk_recording.py",
        ),
        forbidden=("pipeline.sandbox", "pipeline.cloud.emulator", *CLOUD),
        reason="only what runs a lab, an experiment or a chapter pays for the cloud",
    ),
    Rule(
        "the plain twin draws nothing",
        places=("studyapp/plain/",),
        forbidden=(*TERMINAL, "studyapp.screens", "studyapp.widgets", "studyapp.app"),
        reason="it is for pipes, scripts and screen readers",
    ),
    Rule(
        "widgets take values and post messages",
        places=("studyapp/widgets/",),
        forbidden=(
            "studyapp.screens",
            "studyapp.app",
            "pipeline.sandbox",
            "pipeline.cloud.emulator",
            "sqlite3",
            *CLOUD,
        ),
        reason="a widget opens no file, no store and no sandbox; its screen hands it values",
    ),
)


@dataclass(frozen=True)
class Found:
    """Something that stands in a source file."""

    line: int
    what: str


def _root_of(module: str) -> str:
    return module.partition(".")[0]


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def imports(source: str, file: str) -> Iterator[Found]:
    """Yield every module that a source imports, relative ones by their full name."""
    package = file.split("/")[:-1]
    for node in ast.walk(ast.parse(source, file)):
        match node:
            case ast.Import(names=names):
                yield from (Found(node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                origin = ".".join([*base, *([module] if module else [])])
                yield from (Found(node.lineno, f"{origin}.{alias.name}") for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield Found(node.lineno, name)


def opened_files(source: str, file: str) -> Iterator[Found]:
    """Yield every call that opens, reads or writes a file; opening a picture in memory is none."""
    paths = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
    for node in ast.walk(ast.parse(source, file)):
        match node:
            case ast.Call(func=ast.Name(id="open")):
                yield Found(node.lineno, "open")
            case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in paths:
                if not (isinstance(owner, ast.Name) and owner.id == "Image"):
                    yield Found(node.lineno, name)


def violations(rule: Rule, source: str, file: str) -> list[str]:
    """Return one line for every import in a file that a rule forbids."""
    if not rule.applies_to(file):
        return []
    return [
        f"{file}:{found.line} imports {found.what}: {rule.reason}"
        for found in imports(source, file)
        if not rule.allows(found.what)
    ]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _module_name(path: Path) -> str:
    return _name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _modules_under(*places: str) -> list[str]:
    """Return the modules of some places; ``__main__`` is for running, not for importing."""
    return [
        _module_name(path)
        for path in SOURCES
        if _name(path).startswith(places) and path.name != "__main__.py"
    ]


def _loaded_by(*modules: str) -> set[str]:
    """Return the modules that importing some brings into a new interpreter."""
    script = (
        "import importlib, json, sys; before = set(sys.modules)\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, json.dumps(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_module_imports_what_its_place_forbids(rule: Rule) -> None:
    broken = [
        line for path in SOURCES for line in violations(rule, path.read_text("utf-8"), _name(path))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_is_about_modules_that_exist(rule: Rule) -> None:
    bound = [path for path in SOURCES if rule.applies_to(_name(path))]
    assert bound or not rule.room_exists, f"no module stands in {', '.join(rule.places)}"


def test_widgets_open_no_files() -> None:
    broken = [
        f"{_name(path)}:{found.line} calls {found.what}: a widget is given what it shows"
        for path in SOURCES
        if _name(path).startswith("studyapp/widgets/")
        for found in opened_files(path.read_text("utf-8"), _name(path))
    ]
    assert not broken, "\n".join(broken)


def test_content_is_data_with_one_docstring_and_no_code() -> None:
    sources = [path for path in SOURCES if _name(path).startswith("content/")]
    assert [_name(path) for path in sources] == ["content/__init__.py"]
    tree = ast.parse(sources[0].read_text("utf-8"))
    assert len(tree.body) == 1
    assert ast.get_docstring(tree)


def test_the_app_shows_its_first_frame_without_the_cloud_or_pictures() -> None:
    paid = {_root_of(module) for module in _loaded_by("studyapp.app")} & {*CLOUD, "PIL"}
    assert not paid, (
        f"import studyapp.app loads {', '.join(sorted(paid))}: they load in the sandbox's thread"
    )


def test_importing_the_whole_pipeline_loads_nothing_of_the_app() -> None:
    loaded = {_root_of(module) for module in _loaded_by(*_modules_under("pipeline/"))}
    assert not loaded & {"studyapp", "content", *TERMINAL}


def test_values_and_iam_load_the_standard_library_only() -> None:
    loaded = _loaded_by(*PURE, *_modules_under("pipeline/iam/"))
    outside = {_root_of(module) for module in loaded} - sys.stdlib_module_names - {"pipeline"}
    assert not outside


def test_the_function_loads_none_of_its_siblings() -> None:
    loaded = _loaded_by(*_modules_under("pipeline/function/"))
    ours = {module for module in loaded if _is_in(module, ("pipeline",))}
    assert not {m for m in ours if not _is_in(m, ("pipeline.function",))} - {"pipeline"}
    assert not {_root_of(module) for module in loaded} & {"moto", "studyapp", *TERMINAL}


def test_studying_loads_no_terminal() -> None:
    loaded = _loaded_by(*_modules_under("studyapp/study/"))
    assert not {_root_of(module) for module in loaded} & set(TERMINAL)


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        (
            "pipeline/sandbox.py",
            "import os\nimport textual.app",
            "pipeline/sandbox.py:2 imports textual.app",
        ),
        (
            "pipeline/delivery/s3.py",
            "def f():\n    from moto import backends",
            ":2 imports moto.backends",
        ),
        (
            "studyapp/app.py",
            "import importlib\n\nimportlib.import_module('moto.core')",
            ":3 imports moto.core",
        ),
        ("pipeline/iam/policy.py", "from ..events import Emit", ":1 imports pipeline.events.Emit"),
        ("pipeline/iam/policy.py", "from .. import clock", ":1 imports pipeline.clock"),
        ("pipeline/events/base.py", "import boto3", ":1 imports boto3"),
        (
            "pipeline/function/handler.py",
            "from pipeline.clock import Clock",
            ":1 imports pipeline.clock.Clock",
        ),
        ("studyapp/study/quiz.py", "from rich import text", ":1 imports rich.text"),
        ("studyapp/study/quiz.py", "from pipeline import sandbox", ":1 imports pipeline.sandbox"),
        (
            "studyapp/widgets/card.py",
            "if TYPE_CHECKING:\n    from ..screens.live import Live",
            ":2 imports studyapp.screens.live.Live",
        ),
    ],
)
def test_the_checker_names_file_line_import_and_reason(
    file: str, source: str, expected: str
) -> None:
    (line,) = [line for rule in RULES for line in violations(rule, source, file)]
    assert expected in line
    assert line.startswith(file)
    assert line.endswith(tuple(rule.reason for rule in RULES))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("pipeline/sandbox.py", "from moto import mock_aws"),
        ("pipeline/fidelity/sqs.py", "import moto.sqs.models"),
        ("pipeline/iam/policy.py", "import json\nfrom .matching import matches"),
        ("pipeline/headless/photos.py", "import richly"),
        ("studyapp/study/labs.py", "from pipeline.sandbox import Sandbox"),
        ("studyapp/widgets/card.py", "from textual.widget import Widget"),
    ],
)
def test_the_checker_lets_allowed_imports_pass(file: str, source: str) -> None:
    assert [line for rule in RULES for line in violations(rule, source, file)] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open('a')", ["open"]),
        ("Path('a').open()", ["open"]),
        ("text = path.read_text()", ["read_text"]),
        ("Image.open(io.BytesIO(data))", []),
        ("self.open_details()", []),
    ],
)
def test_the_checker_sees_files_being_opened(source: str, expected: list[str]) -> None:
    assert [found.what for found in opened_files(source, "card.py")] == expected
