"""Where a learner edits a lab's documents: one file each, so that any editor will do.

What stands there is what was written last, whatever happens to the app.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from studyapp.study.labs import Edit, Lab

MOST_BYTES = 1_500_000
"""Of one document; the services refuse far smaller ones, in words of their own."""

_FOLDER = "labs"


class LabFileError(Exception):
    """A document cannot be read or written; the message is one sentence."""


class LabFiles:
    """The documents of one lab in the app's data directory."""

    def __init__(self, directory: Path, lab: Lab) -> None:
        self.folder = directory / _FOLDER / lab.slug
        self._lab = lab

    def path(self, edit: Edit) -> Path:
        """Return where a document is edited."""
        return self.folder / edit.file_name

    def begin(self) -> bool:
        """Write every document that is not there as it is at the start.

        Returns:
            Whether one of them was there before.

        Raises:
            LabFileError: One cannot be written.
        """
        is_old = False
        for edit in self._lab.edits:
            if self.path(edit).exists():
                is_old = True
            else:
                self.write(edit, edit.start)
        return is_old

    def write(self, edit: Edit, text: str) -> None:
        """Write a document whole or not at all; ``LabFileError`` when it cannot be written."""
        file = self.path(edit)
        draft = file.with_name(f"{file.name}.new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, "utf-8")
            draft.replace(file)
        except OSError as error:
            raise LabFileError(f"{file} cannot be written: {error.strerror}.") from error

    def read(self) -> dict[str, str]:
        """Return the documents as they stand, by place; ``LabFileError`` when one is unreadable."""
        return {edit.place: read_document_file(self.path(edit)) for edit in self._lab.edits}

    def reset(self) -> None:
        """Put all documents back as they are at the start; ``LabFileError`` when one cannot be."""
        for edit in self._lab.edits:
            self.write(edit, edit.start)

    def forget(self) -> None:
        """Remove the documents."""
        shutil.rmtree(self.folder, ignore_errors=True)


def read_document_file(file: Path) -> str:
    """Return the text of a file; ``LabFileError`` when there is none that could be graded."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise LabFileError(f"{file} cannot be read: {error.strerror}.") from error
    return document_text(data, str(file))


def document_text(data: bytes, name: str) -> str:
    """Return the bytes of a document as text; ``LabFileError`` when they are none."""
    if len(data) > MOST_BYTES:
        raise LabFileError(f"{name} is larger than {MOST_BYTES / 1_000_000} MB.")
    try:
        # A byte order mark is what some editors write, and says nothing.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LabFileError(f"{name} is not UTF-8 text.") from None
    if not text.strip():
        raise LabFileError(f"{name} is empty: write a JSON document, or take the start back.")
    return text
