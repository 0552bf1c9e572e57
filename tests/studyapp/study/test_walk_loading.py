"""A chapter is read whole, and everything that is wrong with it is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.study.loading import load_course
from studyapp.study.problems import CourseError
from studyapp.study.walk_actions import (
    BreakArrow,
    CallApi,
    ConfigureMapping,
    EnableMapping,
    ReserveConcurrency,
    Skip,
    Submit,
)
from studyapp.study.walk_facts import Fact, Selector, filled, read_fact
from studyapp.study.walk_loading import load_chapters, read_chapters
from studyapp.study.walkthrough import CheckStep, ObserveStep, PredictStep, RunStep
from tests.studyapp.study.small_chapter import STEPS, small_course, write_content

HEAD = """\
topology = "thumbnails"
objectives = ["One", "Two"]
not_covered = ["Three"]
tasks = ["2.1"]
"""


def _actions(folder: Path, actions: str) -> RunStep:
    step = f'[[step]]\nid = "go"\nkind = "run"\ntext = "Go."\nactions = [{actions}]\n'
    _, chapter = small_course(folder, f"{HEAD}\n{step}")
    return chapter.runs[0]


def _faults(folder: Path, steps: str) -> list[str]:
    course = load_course(write_content(folder, steps))
    chapters, problems = read_chapters(course, folder)
    assert not chapters
    return [f"{problem.line}: {problem.key}: {problem.message}" for problem in problems]


def test_a_chapter_has_its_steps_in_order(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    assert (chapter.slug, chapter.title, chapter.number) == ("buffer", "The buffer", 1)
    kinds = " ".join(step.kind for step in chapter.steps)
    assert kinds == "read predict run observe explain predict run explain check"


def test_prose_has_each_paragraph_and_each_item_on_one_line(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    assert chapter.steps[0].text == (
        "A queue *keeps* messages until somebody receives them with `ReceiveMessage`:\n\n"
        "- it pushes nothing\n- and it loses nothing"
    )


def test_a_number_is_expected_to_be_the_answer(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    step = chapter.step("how-many")
    assert isinstance(step, PredictStep)
    assert (step.answer, step.expect, step.words(3)) == (2.0, 2.0, "3 messages")
    assert step.is_right(2)
    assert not step.is_right(3)


def test_a_choice_is_right_by_its_place(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    step = chapter.step("who-comes")
    assert isinstance(step, PredictStep)
    assert (step.is_choice, step.words(1)) == (True, "The Lambda service")


def test_an_observation_is_of_the_last_run(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    step = chapter.step("the-key")
    assert isinstance(step, ObserveStep)
    assert (step.of, step.which, step.event) == ("upload-two", -1, Selector("NotificationSent"))


def test_runs_go_on_from_one_another_until_one_is_fresh(tmp_path: Path) -> None:
    more = (
        '\n[[step]]\nid = "again"\nkind = "run"\ntext = "Again."\nfresh = true\n'
        'actions = [{ do = "poll" }]\n'
    )
    _, chapter = small_course(tmp_path, STEPS + more)
    first, second, third = chapter.runs
    assert chapter.leading_to(second) == (first, second)
    assert chapter.leading_to(third) == (third,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{ do = "skip", seconds = 90 }', Skip(90.0)),
        ('{ do = "break", arrow = "s3-to-queue" }', BreakArrow("s3-to-queue")),
        ('{ do = "reserve", concurrency = 0 }', ReserveConcurrency(0)),
        ('{ do = "reserve" }', ReserveConcurrency(None)),
        ('{ do = "mapping", batch_size = 1 }', ConfigureMapping(batch_size=1)),
        ('{ do = "disable" }', EnableMapping(enabled=False)),
        (
            '{ do = "call", service = "sqs", operation = "purge_queue", parameters = { A = "b" } }',
            CallApi("sqs", "purge_queue", {"A": "b"}),
        ),
        ('{ do = "submit", text = "{}", name = "a.json" }', Submit("a.json", "{}")),
    ],
)
def test_actions_are_read(tmp_path: Path, text: str, expected: object) -> None:
    assert _actions(tmp_path, text).actions == (expected,)


def test_many_of_one_input_have_numbers_in_their_names() -> None:
    assert Submit("a/photo.jpg", "", 3).names == ("a/photo-1.jpg", "a/photo-2.jpg", "a/photo-3.jpg")


def test_facts_are_counted_or_read() -> None:
    assert read_fact("count RequestDenied actor=function") == Fact(
        Selector("RequestDenied", (("actor", "function"),))
    )
    assert read_fact("value MessageReturned.receive_count last queue=jobs") == Fact(
        Selector("MessageReturned", (("queue", "jobs"),)), "receive_count", "last"
    )


def test_texts_have_facts_in_place_of_their_names() -> None:
    facts = {"sent": 1200, "share": 0.25, "key": "a+b.jpg", "none": None, "held": True}
    text = filled("{sent} {share} {key} {none} {held} {other} { sent }", facts)
    assert text == "1,200 0.25 a+b.jpg nothing yes {other} { sent }"


def test_everything_wrong_is_told_at_once_with_its_line_and_a_remedy(tmp_path: Path) -> None:
    steps = (
        HEAD.replace("2.1", "2.7")
        + """
[[step]]
id = "Read it"
kind = "read"
nodes = ["que"]
text = "# A heading"

[[step]]
id = "guess"
kind = "predict"
text = "How many?"
options = ["One"]
answer = 0
measure = "sent"
expect = 1

[[step]]
id = "go"
kind = "run"
text = "Go."
actions = [
  { do = "break", arrow = "s3-to-que" },
  { do = "submit", file = "foto.jpg" },
  { do = "call", service = "sqs", operation = "get_queue_urls" },
  { do = "fly" },
]
facts = { messages = "count NotificationSend", x = "value MessageReturned.receive last" }

[[step]]
id = "look"
kind = "observe"
text = "Look."
event = "MessageReturned"
mark = ["visible"]

[[step]]
id = "why"
kind = "explain"
of = "guest"
text = "So."

[[step]]
id = "ask"
kind = "check"
question = "buffer/who-poll"
"""
    )
    faults = _faults(tmp_path, steps)
    for expected in (
        'there is no task "2.7"; known are 2.1',
        'id "Read it" is badly formed',
        "there is a heading",
        'there is no node "que" in thumbnails; perhaps queue is meant',
        "there are 1 options",
        'the next run, go, measures no "sent"',
        'arrow "s3-to-que" is unknown; perhaps s3-to-queue is meant',
        'there is no input "foto.jpg"; perhaps photo.jpg is meant',
        'sqs has no operation "get_queue_urls" here; perhaps get_queue_url is meant',
        'do "fly" is unknown',
        'messages: there is no event "NotificationSend"; perhaps NotificationSent is meant',
        'MessageReturned has no field "receive"',
        'MessageReturned has no field "visible"; perhaps visible_in is meant',
        'of "guest" is unknown; perhaps guess is meant',
        'question "buffer/who-poll" is unknown; perhaps buffer/who-polls is meant',
    ):
        assert any(expected in fault for fault in faults), (expected, faults)
    assert all(fault.split(":")[0].isdigit() for fault in faults)


@pytest.mark.parametrize(
    "steps",
    [
        "topology = 3",
        'topology = "thumbnails"\nstep = 4',
        HEAD,
        HEAD + "[[step]]\n",
        HEAD + '[[step]]\nid = 3\nkind = "run"\nactions = [3]\nfacts = 4\ntext = 5\nnodes = 6\n',
        HEAD + '[[step]]\nid = "a"\nkind = "observe"\nevent = 3\nwhich = 0\nmark = 3\ntext = "x"\n',
        HEAD + '[[step]]\nid = "a"\nkind = "predict"\nnumber = "2"\noptions = 3\ntext = "x"\n',
        "[[",
    ],
)
def test_nonsense_is_refused_and_breaks_nothing(tmp_path: Path, steps: str) -> None:
    course = load_course(write_content(tmp_path, steps))
    with pytest.raises(CourseError) as raised:
        load_chapters(course, tmp_path)
    assert all(problem.file == "topics/buffer/steps.toml" for problem in raised.value.problems)


def test_a_check_step_needs_no_text(tmp_path: Path) -> None:
    _, chapter = small_course(tmp_path)
    last = chapter.steps[-1]
    assert isinstance(last, CheckStep)
    assert last.text == ""
