"""The first frame does not pay for the cloud, for pictures, or for a command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"moto", "boto3", "botocore", "PIL", "rich_pixels", "click", "pygments.lexers", "tomllib"}


@pytest.mark.parametrize(
    "module", ["studyapp.app", "studyapp.screens.live", "studyapp.sandbox_thread"]
)
def test_what_the_first_frame_needs_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_the_sandbox_s_thread_needs_no_terminal() -> None:
    code = "import sys, studyapp.operating; print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
