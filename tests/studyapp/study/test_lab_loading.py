"""A folder of labs becomes values, or everything that is wrong with them at once."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.grading.values import NOTHING_ELSE, WORKS, Forbidden, Setup
from studyapp.study.lab_loading import MOST_BYTES, read_labs
from studyapp.study.labs import LabOption, WrongSolution, lab_named
from studyapp.study.problems import Problem
from tests.studyapp.study.small_labs import DOCUMENTS, LAB, add_lab, content, small_lab

SLUG = "queue-hears-nothing"


def _problems(folder: Path) -> list[str]:
    labs, problems = read_labs(folder)
    assert not labs or any("nothing reads this" in str(problem) for problem in problems)
    return list(map(str, problems))


def _found(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a lab of this text, without where."""
    add_lab(content(folder), SLUG, text)
    labs, problems = read_labs(folder)
    assert labs == ()
    return [f"{problem.key}: {problem.message}" for problem in problems]


def test_a_lab_is_read_with_everything_that_it_says(tmp_path: Path) -> None:
    lab = small_lab(tmp_path)
    assert (lab.slug, lab.title, lab.topic, lab.task) == (
        SLUG,
        "The queue that hears nothing",
        "permissions",
        "1.1",
    )
    assert lab.story == "Photos arrive in the bucket, and nothing comes of them."
    assert lab.hints == ("Look at the queue.", "Its policy is empty.", "Let S3 send to it.")
    assert json.loads(lab.starts["queue-policy"]) == DOCUMENTS["start.json"]
    assert json.loads(lab.solutions["queue-policy"]) == DOCUMENTS["solution.json"]
    assert lab.wrong[0] == WrongSolution(
        "any-bucket",
        {"queue-policy": json.dumps({"Id": "any-bucket"}, indent=2)},
        NOTHING_ELSE,
        "Every bucket may send.",
    )
    assert [wrong.fails for wrong in lab.wrong] == [NOTHING_ELSE, WORKS, WORKS]
    assert (lab.cheat.name, lab.cheat.fails, lab.start_fails) == ("cheat", NOTHING_ELSE, WORKS)
    assert lab.question.options[lab.question.key] == LabOption("Change C", "C is right.")


def test_what_a_lab_is_graded_against_follows_from_it(tmp_path: Path) -> None:
    lab = small_lab(tmp_path)
    assert lab.setup == Setup(
        topology="thumbnails",
        scenario="every-upload",
        parameters={},
        start=lab.starts,
        given={},
        forbidden=(
            Forbidden(
                "s3.amazonaws.com",
                "sqs:SendMessage",
                "arn:aws:sqs:us-east-1:{account}:jobs",
                "A stranger's bucket could fill the queue.",
                {"aws:SourceAccount": "111122223333"},
            ),
        ),
    )


def test_parameters_of_the_scenario_and_given_documents_are_taken_along(tmp_path: Path) -> None:
    text = LAB.replace('name = "every-upload"', 'name = "every-upload"\nbranches = ["a"]')
    text = f'{text}\n[[given]]\nplace = "bucket-policy:thumbnails"\ndocument = "start.json"\n'
    setup = small_lab(tmp_path, text=text).setup
    assert setup.parameters == {"branches": ["a"]}
    assert setup.given.keys() == {"bucket-policy:thumbnails"}


def test_labs_come_in_teaching_order(tmp_path: Path) -> None:
    folder = content(tmp_path)
    for slug, topic in (("b", "permissions"), ("a", "permissions"), ("z", "buffer")):
        add_lab(folder, slug, LAB.replace('"permissions"', f'"{topic}"'))
    labs, problems = read_labs(folder)
    assert [lab.slug for lab in labs] == ["z", "a", "b"]
    assert problems == ()
    assert lab_named(labs, "a").slug == "a"
    with pytest.raises(KeyError):
        lab_named(labs, "c")


def test_there_need_not_be_labs(tmp_path: Path) -> None:
    folder = content(tmp_path)
    assert read_labs(folder) == ((), ())
    (folder / "labs").rmdir()
    assert read_labs(folder) == ((), ())


def test_labs_are_read_from_a_zip(tmp_path: Path) -> None:
    add_lab(content(tmp_path / "content"), SLUG)
    file = tmp_path / "content.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted((tmp_path / "content").rglob("*")):
            archive.write(path, path.relative_to(tmp_path / "content"))
    labs, problems = read_labs(zipfile.Path(file))  # type: ignore[arg-type]
    assert [lab.slug for lab in labs] == [SLUG]
    assert problems == ()


def _without(text: str, pattern: str, by: str = "") -> str:
    changed, count = re.subn(pattern, by, text, flags=re.DOTALL)
    assert count
    return changed


@pytest.mark.parametrize(
    ("pattern", "by", "expected"),
    [
        ('title = "[^\n]*', "", "title: title is missing; add a text in quotes."),
        ('"permissions"', '"permisions"', 'topic: topic "permisions" is unknown; perhaps'),
        ('task = "1.1"', 'task = "9.9"', 'task: task "9.9" is unknown; known are 1.1.'),
        ('"thumbnails"', '"thumbnail"', 'topology "thumbnail" is unknown; perhaps thumbnails is'),
        ('"Its policy is empty.", ', "", "hints has 2 entries; write a list of 3 texts"),
        ('"Its policy is empty."', '""', "hints has an entry that says nothing"),
        ("story =", "storry =", 'there is no key "storry" here; perhaps story is meant.'),
        (r"\[\[edit.*?\n\n", "", "edit: nothing is edited; add an [[edit]]."),
        (
            '"queue-policy"\nstart',
            '"queue-polcy"\nstart',
            "There is no place 'queue-polcy' in thumbnails; there are queue-policy, ",
        ),
        (r"\[scenario\]\n.*?\n\n", "", "scenario: scenario is missing; add a table [scenario]."),
        ('name = "every-upload"', "", "scenario, name: name is missing"),
        (r"\[\[wrong.*?\n\n", "", "wrong: there are 0 wrong solutions; add a [[wrong]] until"),
        ('"wrong-action"', '"any-bucket"', 'name "any-bucket" is used twice; choose another.'),
        ('fails = "works"', 'fails = "superfluous"', 'fails "superfluous" is unknown; known are'),
        ('{ queue-policy = "cheat', '{ queue = "cheat', '"queue" is not edited in this lab; tho'),
        (r"files = \{ queue-policy = .cheat[^\n]*", "files = {}", "files names none; name a file"),
        (r"\[cheat\].*?\n\n", "", "cheat: cheat is missing; add a table [cheat]."),
        ("sqs:SendMessage", "SendMessage", 'action "SendMessage" is none; write it as service:A'),
        ('"start.json"', '"../start.json"', '"../start.json" is no name of a file here; name a'),
        ('"start.json"', '"begin.json"', "start: there is no file begin.json; add it."),
        ('"Change B", ', "", "question, options: options has 3 entries; write a list of 4 texts"),
        ('"Change B"', '"Change a"', "two options say the same; write another."),
        ("key = 2", "key = 4", "question, key: key is 4; write a whole number from 0 to 3."),
        ("key = 2", "", "question, key: key is missing"),
        ("hints = .*?\n", 'hints = "one"\n', 'hints is "one"; write a list of 3 texts in quotes.'),
        ("hints = .*?\n", "", "hints: hints is missing; write a list of 3 texts in quotes."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    tmp_path: Path, pattern: str, by: str, expected: str
) -> None:
    found = _found(tmp_path, _without(LAB, pattern, by))
    assert any(expected in line for line in found), found


@pytest.mark.parametrize("part", ["files", "fails", "because"])
def test_a_cheat_that_lacks_something_is_told_so(tmp_path: Path, part: str) -> None:
    before, cheat = LAB.split("[cheat]")
    shortened = _without(cheat, rf"\n{part} = [^\n]*")
    found = _found(tmp_path, f"{before}[cheat]{shortened}")
    assert any(line.startswith(f"cheat, {part}: {part} is missing") for line in found), found


def test_all_problems_of_all_labs_are_found_at_once_with_their_lines(tmp_path: Path) -> None:
    folder = content(tmp_path)
    add_lab(folder, "one", LAB.replace("key = 2", "key = 9").replace('task = "1.1"\n', ""))
    add_lab(folder, "two", LAB.replace('"wrong-action.json"', '"nowhere.json"'))
    (folder / "labs" / "two" / "wrong-action.json").unlink()
    _, problems = read_labs(folder)
    assert [(problem.file, problem.key) for problem in problems] == [
        ("labs/one/lab.toml", "task"),
        ("labs/one/lab.toml", "question, key"),
        ("labs/two/lab.toml", "wrong 2, files, queue-policy"),
    ]
    lines = (folder / "labs/one/lab.toml").read_text("utf-8").splitlines()
    assert problems[1].line is not None
    assert lines[problems[1].line - 1] == "key = 9"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "solution.json is not JSON: Expecting property name"),
        (b"", "solution.json is not JSON: Expecting value"),
        (b"[]", "solution.json holds no JSON object"),
        (b"\xff", "solution.json is not UTF-8"),
        (b"[" * 9_000, "solution.json is not JSON: "),
        (b" " * (MOST_BYTES - 1) + b"{}", "solution.json is larger than 20 KB"),
        (b'{"a": "' + b"x" * 2_000_000, "solution.json is larger than 20 KB"),
    ],
)
def test_a_document_that_is_none_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    lab = add_lab(content(tmp_path), SLUG)
    (lab / "solution.json").write_bytes(data)
    (found,) = _problems(tmp_path)
    assert words in found


def test_a_document_may_have_as_many_bytes_as_a_policy(tmp_path: Path) -> None:
    lab = add_lab(content(tmp_path), SLUG)
    (lab / "solution.json").write_bytes(b" " * (MOST_BYTES - 2) + b"{}")
    assert read_labs(tmp_path)[1] == ()


def test_what_nothing_reads_is_named(tmp_path: Path) -> None:
    folder = content(tmp_path)
    lab = add_lab(folder, SLUG, zzz={})
    (lab / "cheats.json").mkdir()
    (folder / "labs" / "notes.txt").touch()
    (folder / "labs" / "My Lab").mkdir()
    (folder / "labs" / "empty").mkdir()
    assert _problems(folder) == [
        (
            'labs/My Lab: error: "My Lab" is no name for a lab; write it in small letters, like '
            "queue-hears-nothing."
        ),
        "labs/empty/lab.toml: error: there is no such file; add it.",
        "labs/notes.txt: error: nothing reads this; remove it.",
        f"labs/{SLUG}/cheats.json: error: nothing reads this; remove it, or name it cheat.json.",
        f"labs/{SLUG}/zzz.json: error: nothing reads this; remove it.",
    ]


def test_places_are_named_once(tmp_path: Path) -> None:
    again = '[[edit]]\nplace = "queue-policy"\nstart = "start.json"\nsolution = "solution.json"\n'
    given_too = '[[given]]\nplace = "queue-policy"\ndocument = "start.json"\n'
    found = _found(tmp_path, f"{LAB}\n{again}\n{given_too}")
    assert found == [
        'edit 2, place: "queue-policy" is edited twice; name each place once.',
        'given 1, place: "queue-policy" is edited or given already; name each place once.',
    ]


@pytest.mark.parametrize("place", ["queue:jobs", "scp", "key-policy", "bucket-policy:uploads"])
def test_documents_of_settings_have_places_too(tmp_path: Path, place: str) -> None:
    text = LAB.replace('place = "queue-policy"', f'place = "{place}"')
    lab = small_lab(tmp_path, text=text.replace("{ queue-policy =", f'{{ "{place}" ='))
    assert lab.edits[0].place == place
    assert re.fullmatch(r"[a-z-]+\.json", lab.edits[0].file_name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_no_text_is_too_broken_to_report(tmp_path: Path, data: st.DataObject) -> None:
    lines = LAB.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        name = lines[place].partition("=")[0]
        value = data.draw(st.sampled_from(["1", "[]", "{}", '"x"', "true", "[1]", "[[]]", ""]))
        lines[place] = f"{name}= {value}" if value else ""
    folder = tmp_path / "labs" / SLUG
    if not folder.exists():
        add_lab(content(tmp_path), SLUG)
    (folder / "lab.toml").write_text("\n".join(lines), "utf-8")
    labs, problems = read_labs(tmp_path)
    assert labs or problems
    assert all(isinstance(problem, Problem) for problem in problems)
