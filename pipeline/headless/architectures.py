"""A run of any architecture: inputs in, events out, and what became of each, branch by branch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from pipeline import events as e
from pipeline.headless.inputs import Input, UsageError, collect, prepare_folder, safe_file_name
from pipeline.headless.writing import json_line, plain_line, printable
from pipeline.journeys import Journeys
from pipeline.sandbox import Sandbox, UploadError


def run_architecture(
    topology: str,
    inputs: Sequence[Path],
    *,
    out: Path | None = None,
    as_json: bool = False,
    broken: Sequence[str] = (),
    seed: int | None = None,
) -> int:
    """Run an architecture on files, or on the bundled input; 0 when all ended well, else 1.

    Raises:
        UsageError: There is nothing to run on, no place to write to, or no such arrow.
    """
    given = collect(inputs, topology)
    if out is not None:
        prepare_folder(out)
    write = json_line if as_json else plain_line
    sandbox = Sandbox(topology=topology, seed=seed)
    journeys = Journeys(sandbox.topology)

    def emit(event: e.PipelineEvent) -> None:
        journeys(event)
        write(event)

    sandbox.subscribe(emit)
    with sandbox:
        for arrow in broken:
            sandbox.break_arrow(arrow)
        for each in given:
            _submit(sandbox, each, journeys, emit)
        sandbox.run_until_idle()
        saved = _save(sandbox, out) if out is not None else 0
        finished = _finished(sandbox, journeys)
        write(finished)
    if not as_json:
        print(_summary(finished, out if saved else None))
    return 0 if finished.failed == 0 else 1


def _submit(sandbox: Sandbox, given: Input, journeys: Journeys, emit: e.Emit) -> None:
    """Bring an input in; tell of one that could not be."""
    journeys.begin(given.key, _record_key(sandbox, given.path))
    try:
        sandbox.submit(given.path, given.key)
    except UploadError as error:
        journeys.fail(given.key, str(error))
        emit(e.UploadFailed(time=sandbox.clock.elapsed(), key=given.key, reason=str(error)))


def _record_key(sandbox: Sandbox, path: Path) -> str | None:
    """Return the partition key of an item that is about to be put; None for other inputs."""
    if sandbox.topology.entry.kind != "put":
        return None
    try:
        item: Any = json.loads(path.read_text(encoding="utf-8"))
        return str(item[sandbox.topology.table.partition_key])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(sandbox: Sandbox, out: Path) -> int:
    """Write what the functions stored in buckets of their own; return how many objects."""
    entry, count = sandbox.topology.entry, 0
    for bucket in (b.name for b in sandbox.topology.buckets if b.name != entry.resource):
        for key in sandbox.object_keys(bucket):
            try:
                (out / safe_file_name(key)).write_bytes(sandbox.read_object(bucket, key))
            except (OSError, ClientError) as error:
                raise UsageError(f"{key} cannot be written to {out}: {error}.") from error
            count += 1
    return count


def _finished(sandbox: Sandbox, journeys: Journeys) -> e.InputsFinished:
    well = sum(journeys.has_ended_well(name) for name in journeys.inputs)
    return e.InputsFinished(
        time=sandbox.clock.elapsed(),
        topology=sandbox.topology.name,
        submitted=len(journeys.inputs),
        done=well,
        failed=len(journeys.inputs) - well,
        inputs={name: journeys.sentence(name) for name in journeys.inputs},
    )


def _summary(finished: e.InputsFinished, out: Path | None) -> str:
    lines = ["", f"{finished.done} of {finished.submitted} ended well."]
    lines += [f"  {printable(name)}: {where}" for name, where in finished.inputs.items()]
    if out is not None:
        lines.append(f"What the functions stored is in {out}.")
    return "\n".join(lines)
