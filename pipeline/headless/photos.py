"""A whole run without a screen: photos in, events out, thumbnails on disk, a summary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline import events as e
from pipeline.headless.inputs import Input, collect, prepare_folder, safe_file_name
from pipeline.headless.writing import json_line, plain_line, printable
from pipeline.sandbox import Sandbox, UploadError
from pipeline.whereabouts import Place, Whereabouts

FAILED_PLACES = tuple(place for place in Place if place is not Place.THUMBNAIL)


def run_photos(
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
    photos = collect(inputs, "thumbnails")
    if out is not None:
        prepare_folder(out)
    write = json_line if as_json else plain_line
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


def _upload_all(sandbox: Sandbox, photos: Sequence[Input], emit: e.Emit) -> None:
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


def _account(sandbox: Sandbox, photos: Sequence[Input], whereabouts: Whereabouts) -> e.RunFinished:
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
    lines += [f"  {printable(key)}: {where}" for key, where in finished.photos.items()]
    if out is not None and finished.thumbnails:
        lines.append(f"The thumbnails are in {out}.")
    return "\n".join(lines)
