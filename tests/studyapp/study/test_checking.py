"""Habits that give answers away are told from chance, and every problem has its place."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from studyapp.study.bank import LARGE_ENOUGH, bank_remarks
from studyapp.study.checking import check_content, check_course
from studyapp.study.course import (
    Course,
    ExamDomain,
    Misconception,
    Option,
    Question,
    QuestionKind,
    Reference,
    Topic,
)
from studyapp.study.proofs import proof_remarks
from studyapp.study.remarks import Remark
from studyapp.study.testwiseness import question_remarks

TODAY = dt.date(2026, 11, 25)
BANK = 40
OBSERVED = {"kept": "the message is kept"}


def _option(text: str, *, is_key: bool = False, observation: str | None = None) -> Option:
    return Option(
        text=text,
        is_key=is_key,
        rationale="Because of how the service works.",
        misconception=None if is_key else "exactly-once",
        observation=observation,
    )


def _question(number: int = 0, *texts: str, key: int | None = None) -> Question:
    place = number % 4 if key is None else key
    texts = texts or ("Take a queue", "Take a topic", "Take a table", "Take a cache")
    return Question(
        id=f"buffer/q-{number}",
        kind=QuestionKind.MULTIPLE_CHOICE,
        domain="secure" if number % 2 else "resilient",
        task="1.1",
        topic="buffer",
        difficulty=1,
        stem=f"In case {number} of {number * 7} what is the best of {number * 3} things to do?",
        hint="Think.",
        options=tuple(_option(text, is_key=n == place) for n, text in enumerate(texts)),
        references=(Reference("https://docs.aws.amazon.com/sqs/a.html", dt.date(2026, 11, 1)),),
        experiment=None,
        lab=None,
        is_for_exams_only=False,
    )


def _course(questions: Iterable[Question]) -> Course:
    return Course(
        title="A course",
        domains=(
            ExamDomain("secure", 1, "Secure", 50),
            ExamDomain("resilient", 2, "Resilient", 50),
        ),
        tasks=(),
        topics=(Topic("buffer", "Buffer"),),
        misconceptions=(Misconception("exactly-once", "Once.", "At least once."),),
        questions=tuple(questions),
        guide_bullets=189,
        covered_bullets=45,
    )


def _said(remarks: Iterable[Remark]) -> list[str]:
    return [remark.what for remark in remarks]


def _bank(make: Callable[[int], Question], size: int = BANK) -> list[str]:
    return _said(bank_remarks(_course(make(number) for number in range(size))))


def test_a_bank_without_habits_is_let_be() -> None:
    assert _bank(_question) == []


def test_keys_that_stand_mostly_first_are_a_habit() -> None:
    def mostly_first(number: int) -> Question:
        return _question(number, key=0 if number % 2 else number % 4)

    expected = "the keys of multiple choice stand in places 1 to 4 30, 0, 10, 0 times"
    assert _bank(mostly_first) == [expected]


def test_keys_that_are_mostly_the_longest_are_a_habit() -> None:
    def longest(number: int) -> Question:
        texts = ["Take a queue"] * 4
        texts[number % 4] += "s" if number % 4 else ""
        return _question(number, *(text + str(n) for n, text in enumerate(texts)))

    assert _bank(longest) == [f"the key is the longest option in 30 of {BANK} questions"]


def test_keys_that_are_longer_on_average_are_a_habit() -> None:
    def longer(number: int) -> Question:
        texts = ["Take a queue", "Take a topic", "Take this", "Take that"]
        if number % 4 == 0:
            texts[0] = "Take a queue and then everything that comes of it"
        return _question(number, *texts)

    assert _bank(longer) == ["keys are 1.93 times as long as distractors on average"]


def test_distractors_that_say_always_and_never_are_a_habit() -> None:
    def absolute(number: int) -> Question:
        texts = ["Always a queue", "Never a topics", "Only one table", "Takes a cachee"]
        texts[number % 4] = "Just as usual."
        return _question(number, *texts)

    expected = '90 of 120 distractors say "always", "never" or "only", and 0% of the keys'
    assert _bank(absolute) == [expected]


def test_keys_that_are_as_absolute_as_distractors_are_no_habit() -> None:
    texts = ("Always a queue", "Never a topics", "Only one table", "Never a cachee")
    assert _bank(lambda number: _question(number, *texts)) == []


def test_a_bank_unlike_the_exam_s_weights_is_reported() -> None:
    def mostly_secure(number: int) -> Question:
        domain = "resilient" if number % 4 == 0 else "secure"
        return dataclasses.replace(_question(number), domain=domain)

    assert _bank(mostly_secure) == [
        "75 % of the questions are on secure, which weighs 50 %",
        "25 % of the questions are on resilient, which weighs 50 %",
    ]


def test_a_small_bank_has_no_habits_yet() -> None:
    def all_at_once(number: int) -> Question:
        texts = ["Always take this"] * 3
        question = _question(number, "Take a queue and all", *texts, key=0)
        return dataclasses.replace(question, domain="secure")

    assert _bank(all_at_once, LARGE_ENOUGH - 1) == []
    assert len(_bank(all_at_once, LARGE_ENOUGH)) == 6


def test_what_no_question_uses_is_reported_once_each() -> None:
    assert _bank(_question, 0) == ["no distractor tests it", "it has no question"]


def _response(stem: str, keys: int) -> Question:
    options = tuple(_option(f"Take number {n}", is_key=n < keys) for n in range(5))
    return dataclasses.replace(
        _question(), kind=QuestionKind.MULTIPLE_RESPONSE, stem=stem, options=options
    )


SITUATION = "A company has photos to shrink. What should it do?"


@pytest.mark.parametrize(
    ("keys", "asked"),
    [(2, "Choose two."), (2, "(Choose TWO.)"), (3, "Select three."), (2, "Choose 2.")],
)
def test_a_stem_that_says_how_many_to_choose_is_right(keys: int, asked: str) -> None:
    assert _said(question_remarks(_response(f"{SITUATION} {asked}", keys))) == []


@pytest.mark.parametrize(
    ("keys", "asked", "expected"),
    [
        (2, "", "the stem does not say how many to choose"),
        (3, "Choose two.", "the stem says to choose 2, and 3 are right"),
        (2, "Choose wisely, and two.", "the stem does not say how many to choose"),
    ],
)
def test_a_stem_that_does_not_is_reported(keys: int, asked: str, expected: str) -> None:
    assert _said(question_remarks(_response(f"{SITUATION} {asked}", keys))) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "None of these options.",
        "Both of the above",
        "All of these",
        "Both A and C",
        "A and B only",
        "Any of the options",
    ],
)
def test_an_option_that_speaks_of_others_is_reported(text: str) -> None:
    (said,) = _said(question_remarks(_question(0, text, "Take a topic", "Take it", "Take that")))
    assert said == f'the option speaks of others: "{text}"'


@pytest.mark.parametrize(
    "text",
    [
        "Use a queue and all of its messages",
        "Grant a role to each of the two functions",
        "Send all of these messages to a topic",
        "Use Amazon S3 and AWS Lambda",
        "Keep any of the options that the queue has",
    ],
)
def test_an_option_that_speaks_for_itself_is_let_be(text: str) -> None:
    others = [text.replace("a ", f"{n} ") + str(n) for n in "xyz"]
    assert _said(question_remarks(_question(0, text, *others))) == []


def test_a_key_that_is_much_the_longest_option_is_reported() -> None:
    long = "Take a queue that keeps each message until the function is done with it"
    expected = ["the key has 71 characters, and the longest distractor 12"]
    found = question_remarks(_question(0, long, "Take a topic", "Take a table", "Take a cache"))
    assert _said(found) == expected


def test_one_long_key_of_two_is_not_given_away_by_its_length() -> None:
    question = _response(f"{SITUATION} Choose two.", 2)
    options = (_option("Take a number, but a long one, here", is_key=True), *question.options[1:])
    assert _said(question_remarks(dataclasses.replace(question, options=options))) == []


def test_options_of_very_different_lengths_are_reported() -> None:
    long = "Take a topic, and let it send each message to whoever may want to have it, then wait"
    found = _said(question_remarks(_question(0, "Take a queue", long, "Take one", "Take it")))
    assert found == ["the options have from 7 to 84 characters"]


def test_a_hint_that_says_the_key_is_reported() -> None:
    question = dataclasses.replace(_question(), hint="Better take a QUEUE.")
    assert _said(question_remarks(question)) == ["the hint says the key"]


def _experiment(*found: tuple[str, bool]) -> SimpleNamespace:
    report = SimpleNamespace(
        observations=[SimpleNamespace(id=name, holds=holds) for name, holds in found]
    )
    return SimpleNamespace(observations=OBSERVED, run=lambda _tell: report)


def _proved(experiment: str | None, observation: str | None = "kept") -> Course:
    question = _question()
    options = (
        _option("Take a queue", is_key=True, observation=observation),
        *question.options[1:],
    )
    return _course([dataclasses.replace(question, experiment=experiment, options=options)])


def _fails(_tell: object) -> None:
    raise OSError("no room")


EXPERIMENTS: Mapping[str, SimpleNamespace] = {
    "holds": _experiment(("kept", True)),
    "fails": _experiment(("kept", False)),
    "is-silent": _experiment(),
    "breaks": SimpleNamespace(observations=OBSERVED, run=_fails),
}


@pytest.mark.parametrize(
    ("experiment", "observation", "expected"),
    [
        ("holds", "kept", []),
        (None, None, []),
        ("fails", "kept", ["kept does not hold in fails, so the option is not confirmed"]),
        ("is-silent", "kept", ["kept was not made in is-silent, so the option is not confirmed"]),
        ("breaks", "kept", ["the experiment breaks broke off with OSError: no room"]),
        ("hold", "kept", ["there is no experiment hold"]),
        ("holds", "lost", ["holds has no observation lost"]),
        ("holds", None, ["no key names an observation of holds that confirms it"]),
        (None, "kept", ["the option names an observation, and the question no experiment"]),
    ],
)
def test_an_experiment_confirms_the_keys_that_rest_on_it(
    experiment: str | None, observation: str | None, expected: list[str]
) -> None:
    course = _proved(experiment, observation)
    assert _said(proof_remarks(course, EXPERIMENTS, runs=True)) == expected


def test_without_running_only_names_are_checked() -> None:
    courses = [_proved("fails"), _proved("breaks"), _proved("hold")]
    found = [_said(proof_remarks(course, EXPERIMENTS, runs=False)) for course in courses]
    assert found == [[], [], ["there is no experiment hold"]]


def test_an_experiment_runs_once_for_all_that_rest_on_it() -> None:
    runs = []

    def run(_tell: object) -> SimpleNamespace:
        runs.append(1)
        return SimpleNamespace(observations=[SimpleNamespace(id="kept", holds=True)])

    experiment = SimpleNamespace(observations=OBSERVED, run=run)
    (question,) = _proved("holds").questions
    course = _course([question, dataclasses.replace(question, id="buffer/second")])
    assert list(proof_remarks(course, {"holds": experiment}, runs=True)) == []
    assert runs == [1]


@pytest.mark.parametrize(
    ("url", "is_right"),
    [
        ("https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html", True),
        ("https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#top", True),
        ("http://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html", False),
        ("https://docs.aws.amazon.com/", False),
        ("https://docs.aws.amazon.com.example.com/lambda", False),
        ("https://docs.aws.amazon.com/lambda/…", False),
        ("https://aws.amazon.com/blogs/compute", False),
    ],
)
def test_a_reference_leads_into_the_documentation(
    url: str, *, is_right: bool, tmp_path: Path
) -> None:
    question = dataclasses.replace(_question(), references=(Reference(url, TODAY),))
    said = [p.what for p in check_course(_course([question]), tmp_path, today=TODAY)]
    assert said == ([] if is_right else [f"{url} is no address of the AWS documentation"])


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        (dt.date(2026, 11, 26), []),
        (dt.date(2026, 11, 27), ["2026-11-27 is yet to come"]),
        (dt.date(2024, 11, 25), []),
        (dt.date(2024, 11, 24), ["nobody has looked since 2024-11-24"]),
        (dt.date(2022, 8, 29), ["on 2022-08-29 there was no such exam yet"]),
    ],
)
def test_a_reference_was_looked_at_on_a_plausible_day(
    checked: dt.date, expected: list[str], tmp_path: Path
) -> None:
    url = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
    question = dataclasses.replace(_question(), references=(Reference(url, checked),))
    assert [p.what for p in check_course(_course([question]), tmp_path, today=TODAY)] == expected


def test_a_problem_of_a_question_is_shown_in_its_line(tmp_path: Path) -> None:
    course = """
    title = "A course"
    exam = "SAA-C03"
    guide_bullets = 189
    covered_bullets = 45
    domain = [{id = "secure", number = 1, name = "Secure", weight = 100}]
    task = [{id = "1.1", domain = "secure", name = "Access"}]
    topic = [{slug = "buffer", title = "Buffer"}]
    misconception = [{id = "exactly-once", belief = "Once.", correction = "More."}]
    """
    option = "[[question.option]]\ntext = 'Take {}'\nrationale = 'Because it is so, always.'\n"
    options = option.format("it") + "key = true\n"
    options += "".join(option.format(n) + "misconception = 'exactly-once'\n" for n in "abc")
    question = (
        "[[question]]\nid = 'buffer/one'\nkind = 'multiple choice'\ndomain = 'secure'\n"
        "task = '1.1'\ndifficulty = 1\nhint = 'Think.'\n"
        f"stem = '''\n{SITUATION}\n[[question]]\n'''\n{options}"
        "[[question.reference]]\nurl = 'https://example.com/'\nchecked = 2026-11-01\n"
    )
    file = tmp_path / "topics" / "buffer" / "questions.toml"
    file.parent.mkdir(parents=True)
    file.write_text(question, "utf-8")
    (tmp_path / "course.toml").write_text(course, "utf-8")
    checked = check_content(tmp_path, today=TODAY)
    assert checked.has_errors
    expected = (
        "topics/buffer/questions.toml:29: error: buffer/one, reference 1, url: "
        "https://example.com/ is no address of the AWS documentation; "
        "give one that begins with https://docs.aws.amazon.com/."
    )
    assert [str(problem) for problem in checked.problems] == [expected]
