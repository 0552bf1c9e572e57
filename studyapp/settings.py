"""What the learner set for the app itself, in a small file that is read before the first frame."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "settings.json"
THEMES = ("studyapp", "textual-light", "textual-dark", "high-contrast", "textual-ansi")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, with what they are at first."""

    theme: str = THEMES[0]
    animations: bool = True

    plain: bool = False
    """Whether commands print line by line also where there is a terminal."""

    colours: bool = True
    """Whether colours are shown; the environment's ``NO_COLOR`` takes them away too."""


def load_settings(directory: Path) -> Settings:
    """Return the settings; what cannot be read stands as it is at first."""
    try:
        found = json.loads((directory / FILE_NAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    return _settings(found) if isinstance(found, dict) else Settings()


def save_settings(directory: Path, settings: Settings) -> None:
    """Keep the settings; ``OSError`` when they cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(settings), indent=2)
    draft = directory / f"{FILE_NAME}.new"
    draft.write_text(f"{text}\n", "utf-8")
    draft.replace(directory / FILE_NAME)


def _settings(found: dict[str, Any]) -> Settings:
    first = asdict(Settings())
    kept = {
        name: found[name] if type(found.get(name)) is type(value) else value
        for name, value in first.items()
    }
    if kept["theme"] not in THEMES:
        kept["theme"] = first["theme"]
    return Settings(**kept)
