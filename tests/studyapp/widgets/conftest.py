"""An app that shows widgets and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget


@pytest.fixture
def show() -> Callable[..., App[None]]:
    """Return an app that shows widgets one below another."""

    def app(*widgets: Widget, css: str = "") -> App[None]:
        class Shown(App[None]):
            CSS = css
            ENABLE_COMMAND_PALETTE = False

            def __init__(self) -> None:
                super().__init__()
                self.messages: list[Any] = []

            def compose(self) -> ComposeResult:
                yield from widgets

        return Shown()

    return app
