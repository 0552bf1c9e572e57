"""What the sandbox's thread does with each command.

Errors a command can meet (a file that cannot be read, a service that refuses) come back as reports
with one sentence. Anything else is a fault of ours and is left to the thread's outermost frame.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.events import ItemRecorded, ObjectStored, PipelineEvent, SandboxReset
from pipeline.sandbox import Sandbox, UploadError
from pipeline.whereabouts import Whereabouts
from studyapp import commands as c
from studyapp import reports as r
from studyapp.outbox import Outbox
from studyapp.pictures import draw
from studyapp.study.walk_actions import Action, Submit

PROGRESS_SECONDS = 0.05


class Hands:
    """Carries commands out on one sandbox, and draws its photos."""

    def __init__(
        self, sandbox: Sandbox, outbox: Outbox, listen: Callable[[], None] = lambda: None
    ) -> None:
        self._sandbox = sandbox
        self._outbox = outbox
        self._listen = listen
        self._has_photos = sandbox.topology.entry.noun == "photo"
        self._whereabouts = Whereabouts(sandbox.topology.entry.resource)
        self._box = (36, 16)
        self._key_shown: str | None = None
        self._is_due = False
        self._original: tuple[object, r.Drawing] | None = None
        self._do: dict[type[c.Command], Callable[[Any], object]] = {
            c.Upload: self._upload,
            c.BreakArrow: lambda command: sandbox.break_arrow(command.arrow),
            c.RestoreArrow: lambda command: sandbox.restore_arrow(command.arrow),
            c.SetPolicy: lambda command: sandbox.set_policy(command.place, command.document),
            c.ConfigureMapping: self._configure_mapping,
            c.Redrive: lambda _: sandbox.redrive(),
            c.SkipTime: self._skip,
            c.LookUpItem: lambda command: sandbox.look_up_item(command.image_id),
            c.LookUpFailed: lambda _: sandbox.look_up_failed(),
            c.ScanItems: lambda _: sandbox.scan_items(),
            c.FitPictures: self._fit_pictures,
            c.DrawPictures: self._draw_pictures,
            c.Reset: self._reset,
        }

    def carry_out(self, command: c.Command) -> None:
        """Do what a command asks, and report how it ended."""
        try:
            self._do[type(command)](command)
        except UploadError as error:
            self._outbox.report(r.CommandRefused(command, str(error)))
        except ClientError as error:
            answer = error.response["Error"]
            self._outbox.report(r.CommandRefused(command, answer["Message"], answer["Code"]))
        except BotoCoreError as error:
            self._outbox.report(r.CommandRefused(command, f"The call could not be made: {error}."))
        else:
            self._outbox.report(r.CommandDone(command))
        if isinstance(command, c.BreakArrow | c.RestoreArrow | c.SetPolicy | c.Reset):
            self.report_policies()

    def act(self, action: Action) -> None:
        """Do what a lesson does; what a service refuses there, it refuses here as well."""
        if isinstance(action, Submit):
            for name in action.names:
                prefixed = self._sandbox.topology.entry.prefix + name
                self._outbox.report(r.Submitting(prefixed, self._key_in(action.data)))
        with suppress(ClientError, UploadError):
            action.do(self._sandbox)
        self.report_policies()

    def report_policies(self) -> None:
        """Report the policies as they are stored."""
        documents = {place: self._sandbox.policy(place) for place in self._sandbox.topology.places}
        self._outbox.report(r.PoliciesRead(documents, frozenset(self._sandbox.broken_arrows)))

    def count(self) -> None:
        """Report how much lies where."""
        self._outbox.report(r.Counted(self._sandbox.snapshot()))

    # -- commands that take more than one call --

    def _upload(self, command: c.Upload) -> None:
        entry = self._sandbox.topology.entry
        for path in command.paths:
            name = entry.prefix + path.name
            self._outbox.report(r.Submitting(name, self._record_key(path)))
            if entry.kind == "upload":
                progress = self._progress(path.name, _size(path))
                self._sandbox.upload(path, name, progress=progress)
            else:
                self._sandbox.submit(path, name)

    def _record_key(self, path: Path) -> str | None:
        """Return the partition key of the item in a file, if the file goes into a table."""
        if self._sandbox.topology.entry.kind != "put":
            return None
        try:
            return self._key_in(path.read_bytes())
        except OSError:
            return None  # bringing it in says what is wrong with it

    def _key_in(self, data: bytes) -> str | None:
        """Return the partition key of an item, if it goes into a table."""
        topology = self._sandbox.topology
        if topology.entry.kind != "put":
            return None
        table = next(t for t in topology.tables if t.name == topology.entry.resource)
        try:
            return str(json.loads(data)[table.partition_key])
        except (ValueError, LookupError, TypeError, RecursionError):
            return None

    def _configure_mapping(self, command: c.ConfigureMapping) -> None:
        self._sandbox.configure_mapping(
            batch_size=command.batch_size,
            batching_window=command.batching_window,
            maximum_concurrency=command.maximum_concurrency,
        )

    def _progress(self, name: str, total: int) -> Callable[[int], None]:
        sent, reported_at = 0, 0.0

        def progressed(count: int) -> None:
            nonlocal sent, reported_at
            sent += count
            self._listen()
            if time.monotonic() - reported_at >= PROGRESS_SECONDS:
                reported_at = time.monotonic()
                self._outbox.report(r.UploadProgressed(name, min(sent, total), total))

        return progressed

    def _skip(self, command: c.SkipTime) -> None:
        seconds = command.seconds
        if seconds is None:
            seconds = self._sandbox.next_event_at() or 0.0
        if seconds:
            self._sandbox.skip(seconds, "you asked for it")

    def _reset(self, _: c.Reset) -> None:
        self._key_shown, self._is_due, self._original = None, False, None
        self._sandbox.reset()

    # -- pictures --

    def note(self, event: PipelineEvent) -> None:
        """Take an event: a photo that came or became a thumbnail is due to be drawn."""
        if not self._has_photos:
            return
        self._whereabouts(event)
        match event:
            case SandboxReset():
                self._key_shown, self._is_due = None, False
            case ObjectStored(bucket=bucket, key=key) if bucket == self._whereabouts.uploads:
                self._key_shown, self._is_due, self._original = key, True, None
            case ItemRecorded(status="done", item=item):
                self._key_shown, self._is_due = item.get("key"), True

    def draw_due(self) -> None:
        """Draw the photo that came last, if it has changed since it was drawn."""
        if self._is_due and self._key_shown is not None:
            self._is_due = False
            self._report_pictures(self._key_shown)

    def _fit_pictures(self, command: c.FitPictures) -> None:
        self._box = (command.columns, command.rows)
        if self._key_shown is not None:
            self._report_pictures(self._key_shown)

    def _draw_pictures(self, command: c.DrawPictures) -> None:
        if command.key in self._whereabouts.photos and command.key != self._key_shown:
            self._key_shown, self._is_due = command.key, False
            self._report_pictures(command.key)

    def _report_pictures(self, key: str) -> None:
        photo = self._whereabouts.photos.get(key)
        if photo is None:
            return
        topology = self._sandbox.topology
        known = (key, self._box)
        if self._original is None or self._original[0] != known:
            self._original = (known, self._drawing(topology.uploads.name, key, "original"))
        thumbnail = None
        if photo.thumbnail_key is not None:
            thumbnail = self._drawing(topology.thumbnails.name, photo.thumbnail_key, "thumbnail")
        self._outbox.report(r.PicturesDrawn(key, self._original[1], thumbnail))

    def _drawing(self, bucket: str, key: str, title: str) -> r.Drawing:
        columns, rows = self._box
        try:
            with self._outbox.muted():
                data = self._sandbox.read_object(bucket, key)
        except ClientError as error:
            return r.Drawing(title, error.response["Error"]["Message"], None)
        return draw(data, title, columns=columns, rows=rows)


def _size(path: Any) -> int:
    try:
        return int(path.stat().st_size)
    except OSError:
        return 0
