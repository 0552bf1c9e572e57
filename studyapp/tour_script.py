"""The first ninety seconds, scene by scene.

A scene says what is told, what is asked of the sandbox, and when it is over. Everything in it runs
for real; nothing here knows of a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.events import RequestDenied
from pipeline.topology import ARROW_NAMES
from studyapp import commands as c
from studyapp.live_state import LiveState
from studyapp.reports import Activity
from studyapp.uploads import samples

BROKEN = ARROW_NAMES[3]


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens, and what is said about it."""

    title: str
    before: str
    """Said while it happens."""

    after: str
    """Said once it has happened."""

    next_words: str
    """What enter does then."""

    commands: Callable[[float], tuple[c.Command, ...]]
    """Asked of the sandbox as the scene begins; the argument is the seconds between two hops."""

    is_over: Callable[[LiveState], bool]
    shows: str
    """What stands beside the words: picture or decision."""

    selected: str = "uploads"
    """What is selected in the diagram."""


def _rests(live: LiveState) -> bool:
    return live.status.activity is Activity.RESTING


def _has_thumbnails(number: int) -> Callable[[LiveState], bool]:
    def is_over(live: LiveState) -> bool:
        waiting = live.diagram.visible + live.diagram.in_flight
        return _rests(live) and live.diagram.thumbnails >= number and not waiting

    return is_over


def _is_denied(live: LiveState) -> bool:
    return _rests(live) and bool(live.returned) and isinstance(live.denied, RequestDenied)


def scenes() -> tuple[Scene, ...]:
    """Return the scenes in order."""
    first, second = samples()[0].path, samples()[1].path
    return (
        Scene(
            "Serverless data processing, running in this terminal",
            "The cloud is being set up: two S3 buckets, two SQS queues, a Lambda function, a "
            "DynamoDB table, and the roles and policies between them.",
            "Above is the architecture: a photo goes into the first bucket, and a thumbnail should "
            "come out at the right. It is emulated on this machine, without an account or a bill; "
            "the code, the calls and the permissions are real.",
            "upload a photo",
            lambda _: (),
            _rests,
            "picture",
        ),
        Scene(
            "A photo goes in",
            "S3 tells the queue (1). Lambda polls it (2) and runs the function, which reads the "
            "photo (3), draws the thumbnail, stores it (4), and records it in the table (5). Each "
            "number is a permission.",
            "There it is: read, drawn, stored and recorded, and its message is deleted. Five "
            "permissions made this possible. What if one is missing?",
            "break arrow 4 and upload another photo",
            lambda pace: (c.Upload((first,)), c.Play(pace, skips_time=False)),
            _has_thumbnails(1),
            "picture",
        ),
        Scene(
            "An arrow snaps",
            "The execution role no longer may put objects into the thumbnails bucket. The second "
            "photo is on its way all the same.",
            "Here it is: AccessDenied, as AWS words it, and below it each statement that was asked "
            "and why it did not match. Nothing is lost, the message waits:",
            "repair it: give the permission back",
            lambda pace: (
                c.BreakArrow(BROKEN),
                c.Upload((second,)),
                c.Play(pace, skips_time=False),
            ),
            _is_denied,
            "decision",
            BROKEN,
        ),
        Scene(
            "Repaired, and tried again",
            "The message becomes visible again after 180 seconds. Nobody waits here: the app skips "
            "the time, and says so. Then Lambda receives it a second time.",
            "The same message, its second attempt, and this time it succeeds. That is what the "
            "queue is for: a failure costs time and loses nothing.",
            "what to do next",
            lambda pace: (c.RestoreArrow(BROKEN), c.Play(pace)),
            _has_thumbnails(2),
            "picture",
            BROKEN,
        ),
        Scene(
            "Now it is yours",
            "",
            "u      upload a sample\n"
            "f      upload a file of your own\n"
            "space  let one hop happen\n"
            "p      play by itself\n"
            "1-5    select an arrow\n"
            "b r    break it, restore it\n"
            "?      what it is, and the exam\n\n"
            "Try: break arrow 1, and find out where the photo goes.",
            "open the app",
            lambda _: (),
            lambda _: True,
            "picture",
        ),
    )
