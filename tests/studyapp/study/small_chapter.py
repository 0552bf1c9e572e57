"""A content folder with one topic, one question and one small chapter on the buffer."""

from __future__ import annotations

from pathlib import Path

from studyapp.study.course import Course
from studyapp.study.loading import load_course
from studyapp.study.walk_loading import load_chapters
from studyapp.study.walkthrough import Chapter

COURSE = """\
title = "A small course"
exam = "SAA-C03"
guide_bullets = 189
covered_bullets = 45

[[domain]]
id = "resilient"
number = 1
name = "Resilient architectures"
weight = 100

[[task]]
id = "2.1"
domain = "resilient"
name = "Design loosely coupled architectures"

[[topic]]
slug = "buffer"
title = "The buffer"

[[misconception]]
id = "push"
belief = "SQS pushes messages."
correction = "SQS is polled."
"""

QUESTIONS = """\
[[question]]
id = "buffer/who-polls"
kind = "multiple choice"
domain = "resilient"
task = "2.1"
difficulty = 1
stem = "Who receives the messages for the function?"
hint = "Who calls ReceiveMessage?"

[[question.option]]
text = "The Lambda service"
key = true
rationale = "Its pollers do."

[[question.option]]
text = "The function"
misconception = "push"
rationale = "It is invoked with them."

[[question.option]]
text = "The queue"
misconception = "push"
rationale = "A queue pushes nothing."

[[question.option]]
text = "The bucket"
misconception = "push"
rationale = "It only sends."

[[question.reference]]
url = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
checked = 2026-11-25
"""

STEPS = '''\
topology = "thumbnails"
objectives = ["Say who polls", "Say what a queue keeps"]
not_covered = ["FIFO queues: see Fan-out"]
tasks = ["2.1"]

[[step]]
id = "what-happens"
kind = "read"
nodes = ["queue"]
text = """
A queue *keeps* messages
until somebody receives them with `ReceiveMessage`:

- it pushes nothing
- and it
  loses nothing
"""

[[step]]
id = "how-many"
kind = "predict"
text = "You upload two photos. How many messages does S3 send?"
number = 2
unit = "messages"
measure = "sent"

[[step]]
id = "upload-two"
kind = "run"
text = "Upload them."
actions = [{ do = "submit", file = "photo.jpg", count = 2 }]
facts = { sent = "count NotificationSent", invoked = "count FunctionInvoked" }

[[step]]
id = "the-key"
kind = "observe"
text = "The key stands here."
event = "NotificationSent"
which = "last"
mark = ["message.Records.0.s3.object.key"]

[[step]]
id = "why-two"
kind = "explain"
of = "how-many"
text = "One for each object."

[[step]]
id = "who-comes"
kind = "predict"
text = "Who receives them?"
options = ["The function", "The Lambda service"]
answer = 1
measure = "poller"
expect = "poller"

[[step]]
id = "let-it-run"
kind = "run"
text = "Let it run."
actions = [{ do = "run" }]
facts = { poller = "value RequestAuthorized.actor first operation=ReceiveMessage" }

[[step]]
id = "why-lambda"
kind = "explain"
of = "who-comes"
text = "Lambda polls with the execution role."

[[step]]
id = "ask"
kind = "check"
question = "buffer/who-polls"
'''


def write_content(folder: Path, steps: str = STEPS, lesson: str = "# The buffer\n") -> Path:
    """Write the content folder and return it."""
    topic = folder / "topics" / "buffer"
    topic.mkdir(parents=True)
    (folder / "course.toml").write_text(COURSE, "utf-8")
    (topic / "questions.toml").write_text(QUESTIONS, "utf-8")
    (topic / "steps.toml").write_text(steps, "utf-8")
    (topic / "lesson.md").write_text(lesson, "utf-8")
    return folder


def small_course(folder: Path, steps: str = STEPS) -> tuple[Course, Chapter]:
    """Write the content folder; return its course and its chapter."""
    course = load_course(write_content(folder, steps))
    (chapter,) = load_chapters(course, folder)
    return course, chapter
