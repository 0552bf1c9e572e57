"""The wheel holds all that a user needs: it works from another folder than the checkout.

Installing a pure wheel is unpacking it, so that is what the tests do: no network, no installer.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    run = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _python(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the wheel's packages come before the checkout's."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _printed(installed: Path, cwd: Path, script: str) -> str:
    run = _python(installed, cwd, "-c", script)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_the_wheel_holds_every_file_of_the_three_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in ("content", "pipeline", "studyapp")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected == packed


def test_the_wheel_carries_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]


@pytest.mark.parametrize("package", ["content", "pipeline", "studyapp"])
def test_the_packages_come_from_the_wheel(installed: Path, tmp_path: Path, package: str) -> None:
    script = f"import {package}; print({package}.__file__)"
    assert Path(_printed(installed, tmp_path, script)).is_relative_to(installed)


def test_the_samples_are_found_as_resources(installed: Path, tmp_path: Path) -> None:
    script = (
        "import tomllib; from importlib.resources import files\n"
        "content = files('content')\n"
        "samples = tomllib.loads((content / 'samples.toml').read_text('utf-8'))['sample']\n"
        "print(sum((content / 'images' / sample['file']).is_file() for sample in samples))"
    )
    listed = (ROOT / "content/samples.toml").read_text("utf-8").count("[[sample]]")
    assert str(listed) == _printed(installed, tmp_path, script)


def test_the_pipeline_makes_a_thumbnail_of_a_bundled_sample(
    installed: Path, tmp_path: Path
) -> None:
    sample = installed / "content" / "images" / "lighthouse.jpg"
    arguments = ("-m", "pipeline", "run", str(sample), "--out", "thumbnails")
    run = _python(installed, tmp_path, *arguments)
    assert run.returncode == 0, run.stdout + run.stderr
    written = [path for path in (tmp_path / "thumbnails").rglob("*") if path.is_file()]
    assert len(written) == 1
    assert written[0].stat().st_size > 1_000


def test_the_console_script_is_there_and_answers(installed: Path, tmp_path: Path) -> None:
    (distribution,) = importlib.metadata.distributions(name="studyapp", path=[str(installed)])
    (script,) = distribution.entry_points.select(group="console_scripts")
    assert script.name == "studyapp"
    call = (
        f"import sys; from {script.module} import {script.attr}; sys.argv = ['studyapp', '--help']"
    )
    run = _python(installed, tmp_path, "-c", f"{call}; sys.exit({script.attr}())")
    assert run.returncode == 0, run.stderr
    assert "studyapp" in run.stdout
