"""A content folder becomes one course, or everything that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.course import Option, Question, QuestionKind, Reference
from studyapp.study.loading import load_course, read_course
from studyapp.study.problems import CourseError, Problem
from studyapp.study.question_reading import OPTION_KEYS, QUESTION_KEYS, REFERENCE_KEYS

COURSE = """
title = "A course"
exam = "SAA-C03"
guide_bullets = 189
covered_bullets = 45

[[domain]]
id = "secure"
number = 1
name = "Secure architectures"
weight = 60

[[domain]]
id = "resilient"
number = 2
name = "Resilient architectures"
weight = 40

[[task]]
id = "1.1"
domain = "secure"
name = "Secure access"

[[task]]
id = "2.1"
domain = "resilient"
name = "Loose coupling"

[[topic]]
slug = "buffer"
title = "Buffer"

[[topic]]
slug = "compute"
title = "Compute"

[[misconception]]
id = "push-instead-of-poll"
belief = "SQS pushes."
correction = "Lambda polls."
"""

QUESTION = '''
[[question]]
id = "buffer/why-a-queue"
kind = "multiple choice"
domain = "resilient"
task = "2.1"
difficulty = 2
hint = "Think of bursts."
experiment = "queue-keeps-messages"
stem = """
A company resizes photos, of which
many come at once.

What should a queue do?
"""

[[question.option]]
text = "Keep them"
rationale = "It is durable."
key = true
observation = "kept"

[[question.option]]
text = "Encrypt them"
rationale = "That takes no queue."
misconception = "push-instead-of-poll"

[[question.option]]
text = "Push them"
rationale = "It is polled."
misconception = "push-instead-of-poll"
observation = "polled"

[[question.option]]
text = "Copy them"
rationale = "That is a topic."
misconception = "push-instead-of-poll"

[[question.reference]]
url = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
checked = 2026-11-20
'''


def _content(folder: Path, course: str = COURSE, **topics: str) -> Path:
    (folder / "topics").mkdir(parents=True)
    (folder / "course.toml").write_text(course, "utf-8")
    for topic, text in topics.items():
        (folder / "topics" / topic).mkdir()
        (folder / "topics" / topic / "questions.toml").write_text(text, "utf-8")
    return folder


def _problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    return caught.value.problems


def _option(text: str, rationale: str, wrong: str | None, observation: str | None) -> Option:
    return Option(
        text,
        is_key=wrong is None,
        rationale=rationale,
        misconception=wrong,
        observation=observation,
    )


def test_a_question_is_read_with_everything_that_it_says(tmp_path: Path) -> None:
    wrong = "push-instead-of-poll"
    expected = Question(
        id="buffer/why-a-queue",
        kind=QuestionKind.MULTIPLE_CHOICE,
        domain="resilient",
        task="2.1",
        topic="buffer",
        difficulty=2,
        stem="A company resizes photos, of which many come at once.\n\nWhat should a queue do?",
        hint="Think of bursts.",
        options=(
            _option("Keep them", "It is durable.", None, "kept"),
            _option("Encrypt them", "That takes no queue.", wrong, None),
            _option("Push them", "It is polled.", wrong, "polled"),
            _option("Copy them", "That is a topic.", wrong, None),
        ),
        references=(
            Reference(
                "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html", dt.date(2026, 11, 20)
            ),
        ),
        experiment="queue-keeps-messages",
        lab=None,
        is_for_exams_only=False,
    )
    assert load_course(_content(tmp_path / "content", buffer=QUESTION)).questions == (expected,)


def test_questions_come_in_the_teaching_order_of_their_topics(tmp_path: Path) -> None:
    of_compute = QUESTION.replace("buffer/", "compute/")
    folder = _content(tmp_path / "content", compute=of_compute, buffer=QUESTION)
    expected = ["buffer/why-a-queue", "compute/why-a-queue"]
    assert [question.id for question in load_course(folder).questions] == expected


def test_the_course_says_what_share_of_the_guide_it_teaches(tmp_path: Path) -> None:
    course = load_course(_content(tmp_path / "content"))
    assert (course.title, course.guide_bullets, course.covered_bullets) == ("A course", 189, 45)
    assert [(domain.id, domain.weight) for domain in course.domains] == [
        ("secure", 60),
        ("resilient", 40),
    ]
    assert [topic.slug for topic in course.topics] == ["buffer", "compute"]
    assert [(task.id, task.domain) for task in course.tasks] == [
        ("1.1", "secure"),
        ("2.1", "resilient"),
    ]
    assert course.misconceptions[0].correction == "Lambda polls."


def test_an_example_of_code_in_a_stem_keeps_its_lines(tmp_path: Path) -> None:
    stem = '"""\nWhich line is\nwrong?\n\n{\n  "Effect": "Allow"\n}\n\n\nSay so.\n"""'
    with_code = QUESTION.replace(QUESTION[QUESTION.index('"""') : QUESTION.rindex('"""') + 3], stem)
    (question,) = load_course(_content(tmp_path / "content", buffer=with_code)).questions
    assert question.stem == 'Which line is wrong?\n\n{\n  "Effect": "Allow"\n}\n\nSay so.'


def test_lessons_and_steps_may_stand_beside_questions_or_alone(tmp_path: Path) -> None:
    folder = _content(tmp_path / "content", buffer=QUESTION)
    (folder / "topics" / "buffer" / "lesson.md").write_bytes(b"\xff not even text")
    (folder / "topics" / "compute").mkdir()
    (folder / "topics" / "compute" / "steps.toml").write_text("= no TOML", "utf-8")
    assert len(load_course(folder).questions) == 1


def test_content_is_read_from_a_zip_without_unpacking_it(tmp_path: Path) -> None:
    folder = _content(tmp_path / "content", buffer=QUESTION)
    archive = tmp_path / "content.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*.toml")):
            packed.write(path, path.relative_to(tmp_path).as_posix())
    with zipfile.ZipFile(archive) as packed:
        in_zip = load_course(zipfile.Path(packed, "content/"))
        missing = read_course(zipfile.Path(packed, "elsewhere/"))[1]
    assert in_zip == load_course(folder)
    assert [str(problem) for problem in missing] == [
        "course.toml: error: there is no such file; add it."
    ]


def test_the_course_that_is_installed_loads() -> None:
    course = load_course()
    assert sum(domain.weight for domain in course.domains) == 100
    assert len(course.topics) == 13
    assert len(course.tasks) == 14


def test_a_byte_order_mark_and_windows_line_ends_say_nothing(tmp_path: Path) -> None:
    plain = load_course(_content(tmp_path / "plain", buffer=QUESTION))
    folder = _content(tmp_path / "windows", buffer=QUESTION)
    file = folder / "topics" / "buffer" / "questions.toml"
    file.write_bytes(b"\xef\xbb\xbf" + QUESTION.replace("\n", "\r\n").encode())
    assert load_course(folder) == plain


OPTION = '[[question.option]]\ntext = "Copy them"'
LAST_OPTION = QUESTION[QUESTION.index(OPTION) : QUESTION.index("[[question.reference]]")]
REFERENCE = QUESTION[QUESTION.index("[[question.reference]]") :]
WRONG = 'misconception = "push-instead-of-poll"'
ID = "buffer/why-a-queue"

IN_A_QUESTION = [
    (
        "difficulty = 2",
        "dificulty = 2",
        7,
        'there is no key "dificulty" here; perhaps difficulty is meant',
    ),
    (
        "difficulty = 2",
        "points = 2",
        7,
        'there is no key "points" here; keys are difficulty, domain',
    ),
    ("difficulty = 2", "", 2, "difficulty is missing; add a whole number from 1 to 3"),
    ("difficulty = 2", "difficulty = 7", 7, "difficulty is 7; write a whole number from 1 to 3"),
    ("difficulty = 2", 'difficulty = "2"', 7, 'difficulty is "2"; write a whole number'),
    ("difficulty = 2", "difficulty = true", 7, "difficulty is true; write a whole number"),
    (
        "multiple choice",
        "multiple choise",
        4,
        'kind "multiple choise" is unknown; perhaps multiple choice',
    ),
    (
        "multiple choice",
        "multiple response",
        17,
        "multiple response has 4 options; give it five or more",
    ),
    ("multiple choice", "multiple response", 17, "has 1 options marked as key; mark two or more"),
    (
        'domain = "resilient"',
        'domain = "resilent"',
        5,
        'domain "resilent" is unknown; perhaps resilient',
    ),
    ('task = "2.1"', 'task = "1.1"', 6, "task 1.1 belongs to the domain secure, not to resilient"),
    ('task = "2.1"', 'task = "9.9"', 6, 'task "9.9" is unknown; known are 1.1, 2.1'),
    ('task = "2.1"', "task = 2.1", 6, "task is 2.1; write a text in quotes"),
    (ID, "compute/why-a-queue", 3, 'does not start with its topic; start it with "buffer/"'),
    (ID, "Why a queue", 3, 'is badly formed; write it like "buffer/what-it-asks"'),
    (f'id = "{ID}"', "", 2, "id is missing; add a text in quotes"),
    ("Think of bursts.", "", 8, "hint is empty; write what belongs here"),
    ('"Think of bursts."', '["a", "b"]', 8, "hint is a list; write a text in quotes"),
    ("key = true", WRONG, 17, "has 0 options marked as key; mark just one"),
    (WRONG, "key = true", 17, "has 2 options marked as key; mark just one"),
    ("key = true", 'key = "true"', 20, 'key is "true"; write true or false'),
    (
        "key = true",
        f"key = true\n{WRONG}",
        21,
        "a key tests no misconception; remove it, or the mark",
    ),
    (WRONG, "", 23, "a distractor names no misconception; add the one it tests"),
    (WRONG, 'misconception = "push"', 26, 'misconception "push" is unknown'),
    ('rationale = "It is durable."', "", 17, "rationale is missing; add a text in quotes"),
    ("It is durable.", "  ", 19, "rationale is empty; write what belongs here"),
    ("Encrypt them", "keep THEM", 17, "option 2 says the same as one before it; write another"),
    (LAST_OPTION, "", 17, "multiple choice has 3 options; give it four"),
    (REFERENCE, "", 2, "no reference is given; add a [[question.reference]]"),
    (
        "[[question.reference]]",
        "[question.reference]",
        39,
        "reference is a table; write a [[question.reference]]",
    ),
    (
        "2026-11-20",
        '"2026-11-20"',
        41,
        'checked is "2026-11-20"; write a day like 2026-01-31, without',
    ),
    ("2026-11-20", "2026-11-20T10:00:00Z", 41, "checked is 2026-11-20 10:00:00+00:00; write a day"),
    ("2026-11-20", "2026-02-30", 41, "this is not TOML: invalid date"),
    ('hint = "', "hint = ", 8, "this is not TOML: "),
    (
        "[[question]]",
        "[[questions]]",
        2,
        'there is no key "questions" here; perhaps question is meant',
    ),
]

IN_THE_COURSE = [
    (
        'title = "A course"',
        'titel = "A course"',
        2,
        'there is no key "titel" here; perhaps title is meant',
    ),
    ('exam = "SAA-C03"', "", 1, "exam is missing; add a text in quotes"),
    ("covered_bullets = 45", "covered_bullets = 450", 5, "write a whole number from 1 to 189"),
    (
        "weight = 60",
        "weight = 50",
        7,
        "the weights of the domains add up to 90; make them add up to 100",
    ),
    ('id = "secure"', 'id = "resilient"', 14, 'id "resilient" is used twice; choose another'),
    ('id = "1.1"', 'id = "one"', 20, 'id "one" is badly formed; write it like 2.1'),
    (
        'domain = "secure"',
        'domain = "secur"',
        21,
        'domain "secur" is unknown; perhaps secure is meant',
    ),
    ('slug = "compute"', 'slug = "Com pute"', 34, 'slug "Com pute" is badly formed'),
    ('slug = "compute"', 'slug = "buffer"', 34, 'slug "buffer" is used twice'),
    ('belief = "SQS pushes."', "", 37, "belief is missing; add a text in quotes"),
    ("[[task]]", "[[tasks]]", 19, 'there is no key "tasks" here; perhaps task is meant'),
]


def _texts(problems: tuple[Problem, ...], file: str, line: int | None) -> list[str]:
    return [problem.message for problem in problems if (problem.file, problem.line) == (file, line)]


@pytest.mark.parametrize(("old", "new", "line", "expected"), IN_A_QUESTION)
def test_a_mistake_in_a_question_is_reported_in_its_line(
    tmp_path: Path, old: str, new: str, line: int, expected: str
) -> None:
    assert old in QUESTION
    folder = _content(tmp_path / "content", buffer=QUESTION.replace(old, new, 1))
    found = _texts(_problems(folder), "topics/buffer/questions.toml", line)
    assert [text for text in found if expected in text], found


@pytest.mark.parametrize(("old", "new", "line", "expected"), IN_THE_COURSE)
def test_a_mistake_in_the_course_is_reported_in_its_line(
    tmp_path: Path, old: str, new: str, line: int, expected: str
) -> None:
    assert old in COURSE
    folder = _content(tmp_path / "content", COURSE.replace(old, new, 1), buffer=QUESTION)
    found = _texts(_problems(folder), "course.toml", line)
    assert [text for text in found if expected in text], found


def test_a_problem_is_one_line_with_place_key_and_what_to_do(tmp_path: Path) -> None:
    broken = QUESTION.replace('rationale = "It is polled."', "rationale = 3")
    (problem,) = _problems(_content(tmp_path / "content", buffer=broken))
    expected = (
        "topics/buffer/questions.toml:30: error: buffer/why-a-queue, option 3, rationale: "
        "rationale is 3; write a text in quotes."
    )
    assert str(problem) == expected


def test_an_id_that_was_used_before_is_reported_where_it_is_used_again(tmp_path: Path) -> None:
    (problem,) = _problems(_content(tmp_path / "content", buffer=QUESTION * 2))
    expected = (44, 'id "buffer/why-a-queue" is used twice')
    assert (problem.line, problem.what) == expected


def test_questions_of_a_topic_that_the_course_does_not_name_are_reported(tmp_path: Path) -> None:
    of_bufer = QUESTION.replace("buffer/", "bufer/")
    (problem,) = _problems(_content(tmp_path / "content", bufer=of_bufer))
    expected = (
        "topics/bufer/questions.toml: error: course.toml has no topic bufer; "
        "perhaps buffer is meant."
    )
    assert str(problem) == expected


def test_a_file_that_is_not_utf_8_is_reported_with_the_line(tmp_path: Path) -> None:
    folder = _content(tmp_path / "content", buffer=QUESTION)
    file = folder / "topics" / "buffer" / "questions.toml"
    file.write_bytes(file.read_bytes().replace(b"bursts", b"b\xfcrsts"))
    expected = "topics/buffer/questions.toml:8: error: this is not UTF-8; save the file as UTF-8."
    assert [str(problem) for problem in _problems(folder)] == [expected]


def test_a_folder_without_a_course_is_reported(tmp_path: Path) -> None:
    expected = ["course.toml: error: there is no such file; add it."]
    assert [str(problem) for problem in _problems(tmp_path)] == expected
    assert [str(problem) for problem in _problems(tmp_path / "nowhere")] == expected


def test_a_folder_in_the_place_of_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "course.toml").mkdir()
    (problem,) = _problems(tmp_path)
    assert problem.what.startswith("it cannot be read (")


def test_a_course_that_cannot_be_read_is_no_reason_to_doubt_each_question(tmp_path: Path) -> None:
    folder = _content(tmp_path / "content", "no TOML", buffer=QUESTION)
    assert [problem.file for problem in _problems(folder)] == ["course.toml"]


def test_all_files_are_reported_at_once_in_order_and_good_questions_are_kept(
    tmp_path: Path,
) -> None:
    half_broken = QUESTION.replace("= 2\n", "= 9\n") + QUESTION.replace(ID, "buffer/second")
    folder = _content(
        tmp_path / "content",
        COURSE.replace("A course", ""),
        buffer=half_broken,
        compute="question = 3",
    )
    course, problems = read_course(folder)
    expected = [
        ("course.toml", 2),
        ("topics/buffer/questions.toml", 7),
        ("topics/compute/questions.toml", 1),
    ]
    assert [(problem.file, problem.line) for problem in problems] == expected
    assert [question.id for question in course.questions] == ["buffer/second"]


NAMES = st.sampled_from(sorted({"question", *QUESTION_KEYS, *OPTION_KEYS, *REFERENCE_KEYS}))
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["multiple choice", "multiple response", "resilient", "2.1", ID]),
    st.dates(),
    st.datetimes(),
    st.times(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(NAMES, inner, max_size=8)),
    max_leaves=30,
)


def _toml(value: object) -> str:
    """Write a value as TOML, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).lower()


@given(table=st.dictionaries(NAMES, VALUES, max_size=8))
def test_any_values_give_a_course_or_its_error(
    table: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())
    both = f"{lines}\n[[question]]\n{lines}" if "question" not in table else lines
    folder = _content(tmp_path_factory.mktemp("any") / "content", lines, buffer=both)
    _, problems = read_course(folder)
    assert problems
    assert not [problem for problem in problems if "not TOML" in problem.what], both
    assert all("\n" not in str(problem) for problem in problems)


@given(text=st.text(max_size=200))
def test_any_text_gives_a_course_or_its_error(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    encodable = text.encode("utf-8", "replace").decode()
    folder = _content(tmp_path_factory.mktemp("any") / "content", encodable, buffer=encodable)
    with pytest.raises(CourseError):
        load_course(folder)


@pytest.mark.parametrize("opening", ["a = [", "a = {a = ", "[a.", "a."])
def test_nesting_without_end_is_a_mistake_and_not_a_crash(tmp_path: Path, opening: str) -> None:
    deep = opening + opening.removeprefix("a = ").removeprefix("[") * 100_000
    (problem,) = _problems(_content(tmp_path / "content", buffer=deep))
    assert problem.what.startswith("this is not TOML")


def test_loading_is_paid_for_by_whoever_loads() -> None:
    script = (
        "import sys; import studyapp.study.loading; "
        "print([name for name in ('rtoml', 'zipfile', 'pipeline') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
