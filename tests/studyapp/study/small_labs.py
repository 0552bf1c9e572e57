"""Small labs in a content folder of their own, and grades as a grader would give them."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.grading.values import (
    NOTHING_ELSE,
    NOTHING_SUPERFLUOUS,
    WORKS,
    Evidence,
    Grade,
    Part,
    Refused,
)
from studyapp.study.lab_loading import read_labs
from studyapp.study.labs import Lab

COURSE = """
title = "A course"
exam = "SAA-C03"
guide_bullets = 189
covered_bullets = 45

[[domain]]
id = "secure"
number = 1
name = "Secure architectures"
weight = 100

[[task]]
id = "1.1"
domain = "secure"
name = "Secure access"

[[topic]]
slug = "buffer"
title = "Buffer"

[[topic]]
slug = "permissions"
title = "Permissions"
"""

LAB = '''
title = "The queue that hears nothing"
topic = "permissions"
task = "1.1"
topology = "thumbnails"
story = """
Photos arrive in the bucket,
and nothing comes of them."""
goal = "Every upload becomes a thumbnail; nobody else may send."
objectives = ["Say who calls whom"]
hints = ["Look at the queue.", "Its policy is empty.", "Let S3 send to it."]
references = ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to.html"]

[[edit]]
place = "queue-policy"
start = "start.json"
solution = "solution.json"

[scenario]
name = "every-upload"

[[forbidden]]
caller = "s3.amazonaws.com"
action = "sqs:SendMessage"
resource = "arn:aws:sqs:us-east-1:{account}:jobs"
context = { "aws:SourceAccount" = "111122223333" }
why = "A stranger's bucket could fill the queue."

[[wrong]]
name = "any-bucket"
files = { queue-policy = "wrong-any-bucket.json" }
fails = "nothing else"
because = "Every bucket may send."

[[wrong]]
name = "wrong-action"
files = { queue-policy = "wrong-action.json" }
fails = "works"
because = "Receiving is not sending."

[[wrong]]
name = "wrong-service"
files = { queue-policy = "wrong-service.json" }
fails = "works"
because = "Another service is let in."

[cheat]
files = { queue-policy = "cheat.json" }
fails = "nothing else"
because = "Everybody may do everything."

[question]
stem = "Which change mends this?"
options = ["Change A", "Change B", "Change C", "Change D"]
rationales = ["A is wrong.", "B is wrong.", "C is right.", "D is wrong."]
key = 2
'''

DOCUMENTS = {
    "start.json": {"Version": "2012-10-17", "Statement": []},
    "solution.json": {"Id": "solution"},
    "wrong-any-bucket.json": {"Id": "any-bucket"},
    "wrong-action.json": {"Id": "wrong-action"},
    "wrong-service.json": {"Id": "wrong-service"},
    "cheat.json": {"Id": "cheat"},
}


def content(folder: Path, course: str = COURSE) -> Path:
    """Return a content folder without labs, but with a course."""
    (folder / "labs").mkdir(parents=True)
    (folder / "course.toml").write_text(course, "utf-8")
    return folder


def add_lab(folder: Path, slug: str, text: str = LAB, **files: object) -> Path:
    """Add a lab to a content folder and return its own folder; ``files`` without ``.json``."""
    lab = folder / "labs" / slug
    lab.mkdir()
    (lab / "lab.toml").write_text(text, "utf-8")
    for name, document in DOCUMENTS.items():
        (lab / name).write_text(json.dumps(document, indent=2), "utf-8")
    for name, document in files.items():
        (lab / f"{name}.json").write_text(json.dumps(document), "utf-8")
    return lab


def small_lab(folder: Path, slug: str = "queue-hears-nothing", text: str = LAB) -> Lab:
    """Return a lab that was read from a content folder made for it."""
    add_lab(content(folder), slug, text)
    (lab,), problems = read_labs(folder)
    assert problems == ()
    return lab


def grade_of(*holds: int, refused: tuple[Refused, ...] = ()) -> Grade:
    """Return a grade whose parts hold or not, each with one piece of evidence."""
    names = (WORKS, NOTHING_ELSE, NOTHING_SUPERFLUOUS)
    parts = [
        Part(
            name, bool(held), (Evidence(f"{name}-1", bool(held), f"It is about {name}.", ("So.",)),)
        )
        for name, held in zip(names, holds, strict=True)
    ]
    return Grade(*parts, refused)
