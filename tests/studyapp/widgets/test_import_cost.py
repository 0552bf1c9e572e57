import subprocess
import sys
from pathlib import Path

import studyapp.widgets


def test_the_widgets_bring_in_neither_the_cloud_nor_pictures() -> None:
    folder = Path(studyapp.widgets.__path__[0])
    modules = sorted(f"studyapp.widgets.{path.stem}" for path in folder.glob("[!_]*.py"))
    heavy = {"PIL", "boto3", "botocore", "moto", "rich_pixels", "pygments.lexers"}
    code = f"import sys, {', '.join(modules)}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(modules) > 10
    assert done.stdout.strip() == ""
