"""A content folder with many different mistakes reports all of them in one go.

A good bank is written, and each mistake is made in a question or file of its own, so that each can
be found alone and all of them together.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner

from studyapp.authoring import check
from studyapp.study.checking import check_content

TOPICS = ("ingestion", "buffer", "compute", "results", "latin", "torn")
EACH = 14
MISCONCEPTIONS = ("push-instead-of-poll", "exactly-once", "keys-in-code")
WORDS = (
    "archive alarm batch bucket bursts camera catalogue client cluster company customer device "
    "document drone editor factory farm film firm forest gallery garden hospital hotel invoice "
    "journal label lecture library lorry magazine map market museum nurse office orchard parcel "
    "passport patient photo pilot poster printer receipt recipe report river road satellite scan "
    "school sensor shop signal sketch stadium station studio survey teacher theatre ticket track"
)

COURSE = """
title = "A course"
exam = "SAA-C03"
guide_bullets = 189
covered_bullets = 45

[[domain]]
id = "secure"
number = 1
name = "Secure architectures"
weight = 50

[[domain]]
id = "resilient"
number = 2
name = "Resilient architectures"
weight = 50

[[task]]
id = "1.1"
domain = "secure"
name = "Secure access"

[[task]]
id = "2.1"
domain = "resilient"
name = "Loose coupling"
"""

KEEPS = """experiment = "queue-keeps"
"""


def _course() -> str:
    topics = (f'\n[[topic]]\nslug = "{slug}"\ntitle = "About {slug}"\n' for slug in TOPICS)
    wrong = (
        f'\n[[misconception]]\nid = "{name}"\nbelief = "So."\ncorrection = "Not so."\n'
        for name in MISCONCEPTIONS
    )
    return COURSE + "".join(topics) + "".join(wrong)


def _question(topic: str, number: int, chance: random.Random) -> str:
    is_first = number % 2 == 0
    domain, task = ("secure", "1.1") if is_first else ("resilient", "2.1")
    is_response = number == EACH - 1
    keys = {0, 3} if is_response else {number % 4}
    stem = " ".join(chance.sample(WORDS.split(), 20))
    choose = " Choose two." if is_response else ""
    lines = [
        f'[[question]]\nid = "{topic}/q-{number}"',
        f'kind = "multiple {"response" if is_response else "choice"}"',
        f'domain = "{domain}"\ntask = "{task}"\ndifficulty = 2',
        f'hint = "Think of a {chance.choice(WORDS.split())}."\n{KEEPS}stem = """',
        f'Once a {stem}\nwent.\n\nWhat is best?{choose}\n"""\n',
    ]
    for place in range(5 if is_response else 4):
        lines.append(
            f'[[question.option]]\ntext = "Take {" ".join(chance.sample(WORDS.split(), 4))}"'
        )
        lines.append(f'rationale = "It {" ".join(chance.sample(WORDS.split(), 8))} so."')
        if place in keys:
            lines.append('key = true\nobservation = "kept"\n')
        else:
            lines.append(f'misconception = "{MISCONCEPTIONS[place % 3]}"\n')
    url = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
    lines.append(f'[[question.reference]]\nurl = "{url}"\nchecked = 2026-11-20\n')
    return "\n".join(lines)


def _good_files() -> dict[str, bytes]:
    chance = random.Random(4)  # noqa: S311 - the same bank each time is wanted
    files = {
        f"topics/{topic}/questions.toml": "\n".join(
            _question(topic, number, chance) for number in range(EACH)
        ).encode()
        for topic in TOPICS
    }
    return {
        **files,
        "__init__.py": b'"""Data."""\n',
        "course.toml": _course().encode(),
        "samples.toml": b'[[sample]]\nfile = "a.png"\n',
        "images/a.png": b"a picture",
    }


@dataclass(frozen=True)
class Kept:
    """What comes of the one experiment that there is."""

    holds: bool = True
    id: str = "kept"


def _experiments() -> Mapping[str, SimpleNamespace]:
    def experiment(*found: Kept) -> SimpleNamespace:
        seen = {"kept": "it is kept", "lost": "it is lost"}
        report = SimpleNamespace(observations=found)
        return SimpleNamespace(observations=seen, run=lambda _tell: report)

    def breaks(_tell: object) -> None:
        raise OSError("no room")

    return {
        "queue-keeps": experiment(Kept(), Kept(holds=False, id="lost")),
        "queue-forgets": experiment(Kept(holds=False)),
        "queue-says-nothing": experiment(),
        "queue-breaks": SimpleNamespace(observations={"kept": "it is kept"}, run=breaks),
    }


@dataclass(frozen=True)
class Mistake:
    """A change to good content, and what is said of it."""

    file: str
    old: str
    new: str
    said: str
    question: int | None = None
    """In whose text ``old`` is replaced once; None means in the whole file."""

    def make(self, files: dict[str, bytes]) -> None:
        """Make the mistake."""
        text = files.get(self.file, b"").decode("latin-1")
        start, end = 0, len(text)
        if self.question is not None:
            start = text.rindex("[[question]]", 0, text.index(f'/q-{self.question}"'))
            following = text.find("[[question]]", start + 1)
            end = following if following >= 0 else len(text)
        part = text[start:end]
        assert self.old in part, (self.old, part)
        changed = text[:start] + part.replace(self.old, self.new, 1) + text[end:]
        files[self.file] = changed.encode("latin-1")


def _in(topic: str, *mistakes: tuple[str, str, str]) -> list[Mistake]:
    """Return mistakes in the questions of a topic, one in each."""
    assert len(mistakes) < EACH
    file = f"topics/{topic}/questions.toml"
    return [Mistake(file, *mistake, question=number) for number, mistake in enumerate(mistakes)]


URL = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
NEW = '[[misconception]]\nid = "a-new-one"\nbelief = "A."\ncorrection = "B."'
MISTAKES = [
    *_in(
        "ingestion",
        ("difficulty = 2", "dificulty = 2", "perhaps difficulty is meant"),
        ("difficulty = 2", "difficulty = 4", "difficulty is 4"),
        ("multiple choice", "multiple choise", 'kind "multiple choise" is unknown'),
        ('domain = "resilient"', 'domain = "resilent"', "perhaps resilient is meant"),
        ('task = "1.1"', 'task = "2.1"', "task 2.1 belongs to the domain resilient"),
        ("key = true", 'misconception = "exactly-once"', "has 0 options marked as key"),
        ('misconception = "exactly-once"', "", "names no misconception"),
        ('"keys-in-code"', '"key-in-code"', "perhaps keys-in-code is meant"),
        ("key = true", 'key = true\nmisconception = "exactly-once"', "a key tests no misconc"),
        ('id = "ingestion/q-9"', 'id = "buffer/q-999"', "does not start with its topic"),
        ('id = "ingestion/q-10"', 'id = "ingestion/q-12"', "is used twice"),
        ("checked = 2026-11-20", 'checked = "20 Nov"', "write a day like"),
    ),
    *_in(
        "buffer",
        ("checked = 2026-11-20", "checked = 2036-11-20", "2036-11-20 is yet to come"),
        ("checked = 2026-11-20", "checked = 2020-11-20", "there was no such exam yet"),
        ("checked = 2026-11-20", "checked = 2024-11-20", "nobody has looked since 2024-11-20"),
        (URL, "https://example.com/aws", "is no address of the AWS documentation"),
        (f'[[question.reference]]\nurl = "{URL}"\nchecked = 2026-11-20', "", "no reference"),
        ("queue-keeps", "queue-keps", "there is no experiment queue-keps; perhaps queue-keeps"),
        ('"kept"', '"kep"', "queue-keeps has no observation kep; perhaps kept is meant"),
        ("queue-keeps", "queue-forgets", "kept does not hold in queue-forgets, so the option is"),
        ("queue-keeps", "queue-says-nothing", "kept was not made in queue-says-nothing"),
        ("queue-keeps", "queue-breaks", "queue-breaks broke off with OSError: no room"),
        (KEEPS, "", "names an observation, and the question no experiment"),
        ('observation = "kept"', "", "no key names an observation of queue-keeps"),
        (
            'misconception = "exactly-once"',
            'misconception = "exactly-once"\nobservation = "lost"',
            "lost does not hold in queue-keeps, so the option is not refuted",
        ),
    ),
    *_in(
        "compute",
        ("What is best?", "Say what is best.", "the stem asks nothing"),
        ("What is best?", "What is best? Choose two.", "says how many to choose"),
        ("What is best?", f"What is best{' really' * 140}?", "leave out what does not matter"),
        ('text = "Take', 'text = "All of the above" # "', "the option speaks of others"),
        ("rationale = ", 'rationale = "Option B does that."\nx = ', 'there is no key "x" here'),
        ('rationale = "It', 'rationale = "Unlike option B it', "names an option by its letter"),
        ('rationale = "It', 'rationale = ""\nwhy = "', 'there is no key "why" here'),
        ('hint = "', 'hint = ""\nhelp = "', "hint is empty"),
        ('hint = "Think', 'lab = "none"\nhint = "Think', "there is no lab none in labs/"),
        ("[[question.option]]", "[[question.options]]", "perhaps option is meant"),
        ("difficulty = 2", "difficulty = [2]", "difficulty is a list"),
        ("[[question.reference]]", "[question.reference]", "reference is a table"),
        ("difficulty = 2", "difficulty = 2\nexam_only = 1", "exam_only is 1"),
    ),
    Mistake(
        "topics/results/questions.toml",
        "Choose two",
        "Choose three",
        "the stem says to choose 3, and 2 are right",
        question=EACH - 1,
    ),
    Mistake(
        "topics/buffer/questions.toml",
        " Choose two.",
        "",
        "the stem does not say how many to choose",
        question=EACH - 1,
    ),
    Mistake(
        "topics/compute/questions.toml",
        'misconception = "keys-in-code"',
        'key = true\nobservation = "kept"',
        "and 3 are right",
        question=EACH - 1,
    ),
    Mistake("topics/latin/questions.toml", "Once", "Mit \xfc", "this is not UTF-8"),
    Mistake("topics/torn/questions.toml", "[[question]]", "[[question]", "this is not TOML"),
    Mistake("topics/bufer/questions.toml", "", "", "course.toml has no topic bufer"),
    Mistake("topics/buffer/leson.md", "", "", "name it lesson.md if that is meant"),
    Mistake("topics/notes.txt", "", "", "nothing reads this"),
    Mistake("topics/archive/lesson.md", "", "", "nothing reads this"),
    Mistake("solutions/a.toml", "", "", "nothing reads this"),
    Mistake("corse.toml", "", "", "name it course.toml if that is meant"),
    Mistake("images/b.png", "", "", "samples.toml does not name this picture"),
    Mistake("samples.toml", "a.png", "c.png", "there is no picture images/c.png"),
    Mistake("course.toml", "covered_bullets = 45", "covered_bullets = 450", "covered_bullets is"),
    Mistake("course.toml", 'exam = "SAA', 'exams = "SAA', "perhaps exam is meant"),
    Mistake("course.toml", "weight = 50", "weight = 40", "the weights of the domains add up to 90"),
    Mistake("course.toml", 'belief = "So."', "", "belief is missing"),
    Mistake(
        "course.toml",
        "[[misconception]]",
        f"{NEW}\n\n[[misconception]]",
        "no distractor tests it",
    ),
    Mistake(
        "course.toml",
        "[[topic]]",
        '[[topic]]\nslug = "cost"\ntitle = "C"\n\n[[topic]]',
        "it has no question",
    ),
]


def _write(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def _our_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("pipeline.experiments")
    module.EXPERIMENTS = _experiments()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pipeline.experiments", module)


def test_the_good_bank_has_no_problem(tmp_path: Path) -> None:
    checked = check_content(_write(_good_files(), tmp_path), experiments=_experiments())
    assert [str(problem) for problem in checked.problems] == []
    assert len(checked.course.questions) == EACH * len(TOPICS)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.said)
def test_each_mistake_is_found_alone(mistake: Mistake, tmp_path: Path) -> None:
    files = _good_files()
    mistake.make(files)
    checked = check_content(_write(files, tmp_path), experiments=_experiments())
    found = [problem.file for problem in checked.problems if mistake.said in problem.message]
    assert found, "\n".join(map(str, checked.problems))
    assert mistake.file.startswith(found[0])


@pytest.mark.usefixtures("_our_experiments")
def test_all_mistakes_are_reported_in_one_go_and_the_command_exits_with_1(tmp_path: Path) -> None:
    files = _good_files()
    for mistake in MISTAKES:
        mistake.make(files)
    result = CliRunner().invoke(check, [str(_write(files, tmp_path))], standalone_mode=False)
    missed = [mistake.said for mistake in MISTAKES if mistake.said not in result.output]
    assert missed == []
    assert len(MISTAKES) >= 30
    assert result.return_value == 1
