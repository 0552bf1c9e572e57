"""Every way in which an object arrives, and the ways in which the function's own must not."""

from __future__ import annotations

from pipeline import events as e
from pipeline.experiments.trial import photo
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import (
    HOUR,
    for_a_while,
    is_done,
    small_photo,
    where,
    without_log_groups,
)
from pipeline.grading.scenarios.every_upload import require_accepted_mappings
from pipeline.grading.scenarios.registry import scenario


@scenario("every-way-in")
def every_way_in(run: Run) -> None:
    """Put, upload in parts and copy photos of several formats; then delete one."""
    run.settle()
    run.submit("put.jpg", small_photo())
    run.submit("screenshot.png", photo(40, 30, noisy=True))
    run.upload_in_parts("in-parts.jpg", small_photo())
    uploads = run.sandbox.topology.uploads.name
    run.journeys.begin("copy.jpg")
    run.client("s3").copy_object(
        Bucket=uploads, Key="copy.jpg", CopySource={"Bucket": uploads, "Key": "put.jpg"}
    )
    run.sandbox.push()
    run.settle()
    for name, how in (
        ("put.jpg", "put in one piece"),
        ("screenshot.png", "put as a PNG"),
        ("in-parts.jpg", "uploaded in parts"),
        ("copy.jpg", "copied into the bucket"),
    ):
        run.require(
            name.replace(".", "-"),
            f"A photo that is {how} has its thumbnail and its item.",
            where(run, name),
            holds=is_done(run, name),
        )
    before = len(run.seen(e.NotificationSent))
    run.client("s3").put_object_tagging(
        Bucket=uploads, Key="put.jpg", Tagging={"TagSet": [{"Key": "seen", "Value": "yes"}]}
    )
    run.client("s3").delete_object(Bucket=uploads, Key="put.jpg")
    run.sandbox.push()
    run.settle()
    more = len(run.seen(e.NotificationSent)) - before
    run.require(
        "others-are-quiet",
        "Tagging and deleting a photo are not announced: there is nothing to make of them.",
        f"{more} more notifications were sent." if more else "",
        holds=not more,
    )


@scenario("results-are-quiet")
def results_are_quiet(run: Run) -> None:
    """Upload photos, and see that what the function stores is not announced in its turn."""
    without_log_groups(run)
    require_accepted_mappings(run)
    names = ("first.jpg", "album/second.jpg")
    for name in names:
        run.submit(name, small_photo())
    for_a_while(run, 2 * HOUR)
    for name in names:
        run.require(
            f"{name.rpartition('/')[2].partition('.')[0]}-done",
            f"{name} has one thumbnail, outside the uploads, and one item.",
            where(run, name),
            holds=is_done(run, name),
        )
    others = {sent.key for sent in run.seen(e.NotificationSent)} - set(names)
    stopped = bool(run.seen(e.RecursionStopped))
    run.require(
        "only-uploads-announced",
        "Only what was uploaded is announced, so the function does not run on its own results.",
        f"{len(others)} results were announced as uploads." if others else "",
        "Lambda stopped a recursive loop." if stopped else "",
        holds=not others and not stopped,
    )
