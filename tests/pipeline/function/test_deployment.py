"""The folder by itself: zipped as ``function``, run by the handler string, without siblings."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pipeline.function

FOLDER = Path(pipeline.function.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))
ALLOWED = sys.stdlib_module_names | {"boto3", "botocore", "PIL"}

RUN = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
module, name = "function.handler.handler".rsplit(".", 1)
handler = getattr(importlib.import_module(module), name)
body = '{"Event": "s3:TestEvent"}'
print(handler({"Records": [{"messageId": "m", "body": body}]}, None))
print("pipeline" in sys.modules)
"""

IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    module = importlib.import_module(f"pipeline.function.{name}")
    assert callable(module.handler) and callable(module.connect)
print("moto" in sys.modules)
"""


def python(code: str, *arguments: str, cwd: Path, **environment: str) -> str:
    system = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=cwd,
        env={**system, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "reaches beyond the folder"
            names |= {str(node.module)} if node.level == 0 else set()
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_import_only_what_lambda_has_and_pillow(path: Path) -> None:
    for_types_only = {"mypy_boto3_dynamodb", "mypy_boto3_s3"}

    assert imported_names(path) <= ALLOWED | for_types_only


def test_folder_runs_from_a_zip_by_its_handler_string(tmp_path: Path) -> None:
    archive = tmp_path / "function.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for path in MODULES:
            writer.write(path, f"function/{path.name}")

    output = python(
        RUN,
        str(archive),
        cwd=tmp_path,
        THUMBNAILS_BUCKET="thumbnails",
        IMAGES_TABLE="images",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="AK",
        AWS_SECRET_ACCESS_KEY="SK",  # noqa: S106 - not a real one
    )

    assert output.splitlines() == ["{'batchItemFailures': []}", "False"]


def test_import_needs_no_region_credentials_or_settings(tmp_path: Path) -> None:
    functions = [path.stem for path in MODULES if "\nhandler = " in path.read_text("utf-8")]
    assert len(functions) == 11

    output = python(IMPORT, *functions, cwd=FOLDER.parent.parent, HOME=str(tmp_path))

    assert output.split() == ["False"]
