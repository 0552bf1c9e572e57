"""A lab's documents: looked through while they are edited, kept, and lent to another editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual import on
from textual.app import SuspendNotSupported
from textual.message import Message
from textual.timer import Timer

from pipeline.iam.lint import Finding
from studyapp.desk import Desk
from studyapp.screens.lab_actions import LabActions
from studyapp.study.lab_files import LabFileError, LabFiles, read_document_file
from studyapp.study.lab_marks import marks
from studyapp.study.lab_session import LabSession
from studyapp.widgets.policy_area import MOST_CHARACTERS, PolicyArea
from studyapp.widgets.policy_editor import PolicyEditor, Sheet

PAUSE_SECONDS = 0.25
"""After so long without a key a document is looked through, and kept."""


@dataclass
class Marked(Message, bubble=False):
    """A document was looked through."""

    place: str
    text: str
    findings: tuple[Finding, ...]


class LabDocuments(LabActions):
    """What becomes of the documents while they are edited."""

    def __init__(
        self,
        desk: Desk,
        session: LabSession,
        files: LabFiles,
        edit_file: Callable[[Path, str], str],
    ) -> None:
        """Open the documents as they were left.

        Args:
            desk: What keeps the learner's answers.
            session: The lab, and what was done in it.
            files: Its documents.
            edit_file: Has a file edited by the learner's own editor; returns what went wrong.
        """
        super().__init__(desk, session)
        self._files = files
        self._edit_file = edit_file
        self._pauses: dict[str, Timer] = {}
        self.sheets, self.troubles = opened(files, session)
        self._texts = {sheet.place: sheet.text for sheet in self.sheets}
        self._kept = dict(self._texts)

    @property
    def is_unkept(self) -> bool:
        """Whether a document is other than it was kept last."""
        return self._texts != self._kept

    @on(PolicyEditor.Changed)
    def _changed(self, message: PolicyEditor.Changed) -> None:
        place, text = message.place, message.text
        self._texts[place] = text
        if place in self._pauses:
            self._pauses[place].stop()
        self._pauses[place] = self.set_timer(PAUSE_SECONDS, partial(self._rest, place, text))
        self.tell()

    async def _rest(self, place: str, text: str) -> None:
        self.look_through(place, text)
        await self.keep(place, text)

    def look_through(self, place: str, text: str) -> None:
        """Look for what is wrong with a document, beside the event loop."""

        def look() -> None:
            self.post_message(Marked(place, text, marks(self.session.lab, place, text)))

        self.run_worker(look, thread=True, exclusive=True, group=f"marks:{place}")

    @on(Marked)
    def _mark(self, message: Marked) -> None:
        if self.editor.texts[message.place] == message.text:
            self.editor.mark(message.place, message.findings)

    async def keep(self, place: str, text: str) -> None:
        """Write a document where any editor finds it, unless it stands there."""
        if self._kept[place] != text:
            await self._write(place, text)

    async def _write(self, place: str, text: str) -> None:
        self._kept[place] = text
        try:
            await self._desk.in_lab(self._files.write, self.session.lab.edit(place), text)
        except LabFileError as error:
            self.notify(str(error), severity="warning")

    async def keep_all(self) -> None:
        """Write what was changed since, when the screen is left."""
        for place, text in self._texts.items():
            if self._kept[place] != text:
                edit = self.session.lab.edit(place)
                with suppress(LabFileError):
                    await asyncio.to_thread(self._files.write, edit, text)

    async def action_own_editor(self) -> None:
        """Open the document in the learner's own editor; what fails there loses nothing."""
        editor = self.editor
        edit, before = self.session.lab.edit(editor.place), editor.text
        await self._write(edit.place, before)
        file = self._files.path(edit)
        try:
            with self.app.suspend():
                trouble = self._edit_file(file, "set it, or edit the document here")
            text = short_document(file)
        except SuspendNotSupported:
            self.notify(f"No editor can be opened from here; the file is {file}.", timeout=30)
        except LabFileError as error:
            self.notify(f"{error} Your document is as it was.", severity="warning", timeout=30)
            await self._write(edit.place, before)
        else:
            editor.put({edit.place: text})
            if trouble:
                self.notify(trouble, severity="warning", timeout=30)
        self.show_document()

    @on(PolicyArea.TooLong)
    def _refuse(self, message: PolicyArea.TooLong) -> None:
        self.notify(f"{too_long(message.characters)} Nothing was pasted.", severity="warning")


def opened(files: LabFiles, session: LabSession) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Return the documents as they were left, and what is amiss with those that cannot be read."""
    sheets, troubles = [], []
    for edit in session.lab.edits:
        text, file = edit.start, files.path(edit)
        try:
            if file.exists():
                text = short_document(file)
        except LabFileError as error:
            text = edit.start
            troubles.append(f"{error} It is shown as at the start.")
        sheets.append(Sheet(edit.place, edit.start, text))
    return tuple(sheets), tuple(troubles)


def short_document(file: Path) -> str:
    """Return the text of a file; ``LabFileError`` when there is none that is edited here."""
    text = read_document_file(file)
    if len(text) > MOST_CHARACTERS:
        raise LabFileError(too_long(len(text)))
    return text


def too_long(characters: int) -> str:
    """Return that a document is too long to be edited here."""
    return (
        f"That would be {characters:,} characters, and no service takes as many as "
        f"{MOST_CHARACTERS:,}."
    )
