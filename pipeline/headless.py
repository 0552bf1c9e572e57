"""A whole run without a screen: photos in, events out, thumbnails on disk, a summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import events as e
from pipeline.narration import narrate
from pipeline.sandbox import Sandbox, UploadError
from pipeline.whereabouts import Place, Whereabouts

FAILED_PLACES = tuple(place for place in Place if place is not Place.THUMBNAIL)


class UsageError(Exception):
    """The arguments cannot be used; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Photo:
    """One file to upload."""

    path: Path
    key: str


def run(
    inputs: Sequence[Path],
    *,
    out: Path | None = None,
    as_json: bool = False,
    broken: Sequence[str] = (),
    seed: int | None = None,
) -> int:
    """Run the pipeline on files and folders; return 0 when all became thumbnails, else 1.

    Raises:
        UsageError: There is nothing to run on, or no place to write to.
    """
    photos = collect(inputs)
    if out is not None:
        prepare_folder(out)
    write = _json_line if as_json else _plain_line
    sandbox = Sandbox(seed=seed)
    whereabouts = Whereabouts(sandbox.topology.uploads.name)

    def emit(event: e.PipelineEvent) -> None:
        whereabouts(event)
        write(event)

    sandbox.subscribe(emit)
    with sandbox:
        for arrow in broken:
            sandbox.break_arrow(arrow)
        _upload_all(sandbox, photos, emit)
        sandbox.run_until_idle()
        if out is not None:
            _save_thumbnails(sandbox, whereabouts, out)
        finished = _account(sandbox, photos, whereabouts)
        write(finished)
    if not as_json:
        print(summary(finished, out))
    return 0 if finished.failed == 0 else 1


def collect(inputs: Sequence[Path]) -> list[_Photo]:
    """Return the files to upload; folders are read one level deep, hidden files are left out.

    A file that does not exist is kept: its upload fails and says so, the others are done.
    """
    photos: list[_Photo] = []
    keys: set[str] = set()
    for given in inputs:
        path = given.expanduser()
        if path.is_dir():
            try:
                entries = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
            except OSError as error:
                raise UsageError(f"the folder {path} cannot be read: {error.strerror}.") from error
            if not entries:
                raise UsageError(f"the folder {path} holds no files; name one that holds photos.")
        else:
            entries = [path]
        for entry in entries:
            key = _unique(entry.name, keys)
            keys.add(key)
            photos.append(_Photo(entry, key))
    if not any(photo.path.exists() for photo in photos):
        names = ", ".join(str(photo.path) for photo in photos)
        raise UsageError(f"no such file: {names}. Name a photo or a folder of photos.")
    return photos


def _unique(name: str, taken: set[str]) -> str:
    """Return a key for a file name; a second file of that name gets a number in front."""
    if name not in taken:
        return name
    number = 2
    while f"{number}/{name}" in taken:
        number += 1
    return f"{number}/{name}"


def prepare_folder(out: Path) -> None:
    """Create the output folder; ``UsageError`` when it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the output folder {out} cannot be made: {error.strerror}. Name another with --out."
        ) from error


def _upload_all(sandbox: Sandbox, photos: Sequence[_Photo], emit: e.Emit) -> None:
    """Upload each photo; tell of those that could not be."""
    for photo in photos:
        try:
            sandbox.upload(photo.path, photo.key)
        except UploadError as error:
            emit(e.UploadFailed(time=sandbox.clock.elapsed(), key=photo.key, reason=str(error)))


def _save_thumbnails(sandbox: Sandbox, whereabouts: Whereabouts, out: Path) -> None:
    bucket = sandbox.topology.thumbnails.name
    for photo in whereabouts.photos.values():
        if photo.place is Place.THUMBNAIL and photo.thumbnail_key is not None:
            name = safe_file_name(photo.thumbnail_key)
            (out / name).write_bytes(sandbox.read_object(bucket, photo.thumbnail_key))


def safe_file_name(key: str) -> str:
    """Return a file name for a key: one that every file system takes, and stays in its folder."""
    name = "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in key)
    name = name.strip(". ") or "thumbnail"
    stem, dot, ending = name.rpartition(".")
    room = 200 - len((dot + ending).encode())
    return (stem or name).encode()[:room].decode(errors="ignore") + (dot + ending if stem else "")


def _account(sandbox: Sandbox, photos: Sequence[_Photo], whereabouts: Whereabouts) -> e.RunFinished:
    states = whereabouts.photos
    not_uploaded = whereabouts.count(Place.NOT_UPLOADED)
    return e.RunFinished(
        time=sandbox.clock.elapsed(),
        uploaded=len(photos) - not_uploaded,
        thumbnails=whereabouts.count(Place.THUMBNAIL),
        failed=whereabouts.count(*FAILED_PLACES),
        dead_lettered=whereabouts.count(Place.DEAD_LETTERED),
        refused=whereabouts.count(Place.REFUSED),
        waiting=whereabouts.count(
            Place.UPLOADED, Place.QUEUED, Place.PROCESSING, Place.WAITING, Place.EXPIRED
        ),
        not_uploaded=not_uploaded,
        photos={photo.key: states[photo.key].sentence() for photo in photos},
    )


def summary(finished: e.RunFinished, out: Path | None) -> str:
    """Return the closing words of a run."""
    lines = ["", f"{finished.thumbnails} of {len(finished.photos)} photos became thumbnails."]
    lines += [f"  {_printable(key)}: {where}" for key, where in finished.photos.items()]
    if out is not None and finished.thumbnails:
        lines.append(f"The thumbnails are in {out}.")
    return "\n".join(lines)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _plain_line(event: e.PipelineEvent) -> None:
    name = type(event).__name__
    print(f"{event.time:9.3f}  {name:<20} {narrate(event)}")
    sys.stdout.flush()


def _json_line(event: e.PipelineEvent) -> None:
    print(json.dumps(e.event_document(event), ensure_ascii=False))
    sys.stdout.flush()
