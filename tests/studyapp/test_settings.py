from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.settings import FILE_NAME, THEMES, Settings, load_settings, save_settings


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    settings = Settings(theme="textual-light", animations=False, plain=True, colours=False)
    save_settings(tmp_path / "new", settings)
    assert settings == load_settings(tmp_path / "new")
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == [FILE_NAME]


def test_without_a_file_everything_is_as_at_first(tmp_path: Path) -> None:
    assert Settings() == load_settings(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "[" * 100_000, '{"theme": 3}', '{"theme": "none"}', '{"plain": "yes"}']
)
def test_what_cannot_be_read_stands_as_at_first(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    assert Settings() == load_settings(tmp_path)


@given(
    st.dictionaries(
        st.sampled_from(["theme", "animations", "plain", "colours", "other"]),
        st.none() | st.booleans() | st.integers() | st.sampled_from(THEMES) | st.text(max_size=3),
    )
)
def test_whatever_a_file_holds_the_settings_are_of_their_types(found: dict[str, Any]) -> None:
    from studyapp.settings import _settings

    settings = _settings(json.loads(json.dumps(found)))
    assert settings.theme in THEMES
    assert all(
        isinstance(value, bool) for value in (settings.animations, settings.plain, settings.colours)
    )
