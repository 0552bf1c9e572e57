"""A file or a folder of the learner's own, typed with completion or picked from a tree."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import DirectoryTree, Input, Static

from pipeline.topology import Entry
from studyapp.screens.dialogs import Dialog
from studyapp.screens.key_line import KeyLine
from studyapp.uploads import NothingToUploadError, files_to_upload, suffixes_of, thing_of

_MOST_ENTRIES = 5_000
"""Entries of a folder that completion looks at; more would make typing slow."""

_VERBS = {"upload": "uploads", "publish": "publishes", "put": "puts"}


class PathSuggester(Suggester):
    """Completes a path from the file system, folders with a slash."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the value completed to the first entry that begins so."""
        return complete(value)


def complete(entered: str) -> str | None:
    """Return an entered path completed to the first file or folder that begins with it."""
    folder, slash, beginning = entered.rpartition("/")
    try:
        path = Path(folder + slash).expanduser()
        with os.scandir(path) as entries:
            names = sorted(
                entry.name + ("/" if entry.is_dir() else "")
                for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False)
                if entry.name.startswith(beginning)
                and (beginning or not entry.name.startswith("."))
            )
    except (OSError, ValueError, RuntimeError):
        return None
    return folder + slash + names[0] if names else None


def folder_of(entered: str) -> Path | None:
    """Return the folder that an entered path names, if it is one."""
    try:
        path = Path(entered).expanduser()
        return path if path.is_dir() else None
    except (OSError, ValueError, RuntimeError):
        return None


class FittingTree(DirectoryTree):
    """The folders below a folder, and the files that fit; hidden ones are left out."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "

    def __init__(self, folder: Path, suffixes: frozenset[str]) -> None:
        super().__init__(folder)
        self._suffixes = suffixes

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out what is hidden or does not fit."""
        return [
            path
            for path in paths
            if path.name[:1] != "."
            and (path.suffix.lower() in self._suffixes or self._safe_is_dir(path))
        ]


class PathInput(Input):
    """The entry; the footer says what enter does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "upload")]


class UploadScreen(Dialog[tuple[Path, ...]]):
    """Asks for a path; a mistake is said here and nothing typed is lost."""

    AUTO_FOCUS = "PathInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "switch", "path or tree", tooltip="move between the path and the tree"),
        Binding("ctrl+s", "upload", "upload", tooltip="upload what the path names"),
    ]

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry = entry
        self._thing = thing_of(entry.noun)
        suffix = min(suffixes_of(entry.noun), key=lambda s: (s != ".jpg", s))
        self._example = "~/Pictures/cat.jpg" if suffix == ".jpg" else f"~/mine{suffix}"

    def compose(self) -> ComposeResult:
        """Place the entry above the tree."""
        with Vertical(classes="dialog upload") as box:
            box.border_title = f"{self._entry.kind} a file, or a folder of {self._thing}s"
            yield PathInput(
                placeholder=f"{self._example}   → completes, enter {_VERBS[self._entry.kind]}",
                suggester=PathSuggester(),
                compact=True,
            )
            yield Static(id="problem")
            yield FittingTree(Path.cwd(), suffixes_of(self._entry.noun))
        yield KeyLine()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget the last mistake; show a folder's tree once its slash is typed."""
        self.query_one("#problem", Static).update("")
        if event.value.endswith("/") and self.query_one(PathInput).has_focus:
            folder = folder_of(event.value)
            if folder is not None:
                self.query_one(FittingTree).path = folder

    def on_input_submitted(self) -> None:
        """Upload what the path names."""
        self.action_upload()

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        """Take the file from the tree, and upload it."""
        self._enter(event.path)
        self.action_upload()

    def on_tree_node_highlighted(self, event: DirectoryTree.NodeHighlighted[object]) -> None:
        """Show the highlighted path in the entry, so that a folder can be uploaded too."""
        path = getattr(event.node.data, "path", None)
        if self.query_one(FittingTree).has_focus and isinstance(path, Path):
            self._enter(path)

    def action_switch(self) -> None:
        """Move between the entry and the tree."""
        tree = self.query_one(FittingTree)
        (self.query_one(Input) if tree.has_focus else tree).focus()

    def action_upload(self) -> None:
        """Upload what the path names, or say why it cannot be."""
        try:
            paths = files_to_upload(self.query_one(Input).value, self._entry.noun)
        except NothingToUploadError as error:
            self.query_one("#problem", Static).update(Content.styled(f"✗ {error}", "$text-error"))
            return
        self.dismiss(paths)

    def _enter(self, path: Path) -> None:
        self.query_one(Input).value = str(path)
