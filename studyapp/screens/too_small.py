"""What is shown while the terminal is too small for anything else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.sizes import LEAST_COLUMNS, LEAST_ROWS


class TooSmallScreen(ModalScreen[None]):
    """Says which size the app needs; it goes away by itself once there is room."""

    def compose(self) -> ComposeResult:
        """Say it in few words."""
        yield Static(id="too-small", markup=False)

    def on_resize(self) -> None:
        """Name the size there is, too."""
        size = self.app.size
        self.query_one("#too-small", Static).update(
            f"This terminal is {size.width}×{size.height}; studyapp needs "
            f"{LEAST_COLUMNS}×{LEAST_ROWS}.\nEnlarge it, or quit with ctrl+q and use: "
            "studyapp run PHOTO"
        )
