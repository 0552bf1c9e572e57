"""A lab as text in and text out: question, editing, grading, hints and solution."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.grading.values import Evidence, Grade, GradingError, Part, Refused
from studyapp.plain.console import Console
from studyapp.plain.editing import open_editor
from studyapp.plain.lab_wording import UNSEEN, say_documents, say_grade, say_marks
from studyapp.plain.labs import LabPlay
from studyapp.study.course import Question
from studyapp.study.lab_files import LabFiles
from studyapp.study.lab_progress import LabState
from studyapp.study.lab_session import LabSession
from studyapp.study.lab_store import LabStore
from studyapp.study.labs import Edit, Lab
from studyapp.study.progress import ProgressStore
from tests.studyapp.study.kept import opened
from tests.studyapp.study.small_course import NOON, question
from tests.studyapp.study.small_labs import grade_of, small_lab

REFUSED = grade_of(0, 0, 0, refused=(Refused("queue-policy", "Malformed", "No."),))

MINE = '{"Version": "2012-10-17", "Id": "mine"}'
"""What the editor writes."""

Given = Grade | BaseException


@dataclass
class Player:
    """Plays one lab: what is typed in, what is said out."""

    lab: Lab
    directory: Path
    store: ProgressStore
    grades: list[Given] = field(default_factory=list)
    """What the next gradings give."""

    graded: list[Mapping[str, str]] = field(default_factory=list)
    edited: list[Path] = field(default_factory=list)
    trouble: str = ""
    """What the editor says."""

    questions: tuple[Question, ...] = ()
    following: str = ""
    status: int = -1

    def play(self, *replies: str | type[BaseException]) -> str:
        """Play with these replies, after which the input ends; return what was said."""
        out = io.StringIO()
        typed = iter(replies)
        console = Console(out, lambda _: self._next(typed), echoes=True)
        session = LabSession(
            self.lab,
            LabStore(self.store),
            lambda: NOON + dt.timedelta(minutes=len(self.graded)),
            lambda told: console.say(f"NOTE {told}"),
            self._grade,
        )
        files = LabFiles(self.directory, self.lab)
        play = LabPlay(console, session, files, self.questions, self.following, self._edit)
        self.status = play.hold()
        return out.getvalue()

    @property
    def file(self) -> Path:
        return LabFiles(self.directory, self.lab).path(self.lab.edits[0])

    @property
    def state(self) -> LabState:
        return LabStore(self.store).record(self.lab.slug).state

    def _next(self, typed: Iterator[str | type[BaseException]]) -> str:
        for reply in typed:
            if not isinstance(reply, str):
                raise reply
            return f"{reply}\n"
        return ""

    def _grade(self, lab: Lab, documents: Mapping[str, str], tell: Any) -> Grade:
        tell(f"works: {lab.scenario}")
        self.graded.append(documents)
        grade = self.grades.pop(0)
        if isinstance(grade, BaseException):
            raise grade
        return grade

    def _edit(self, file: Path) -> str:
        self.edited.append(file)
        if not self.trouble:
            file.write_text(MINE, "utf-8")
        return self.trouble


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    store = opened(tmp_path)
    yield Player(small_lab(tmp_path / "content"), tmp_path, store)
    store.close()


TRANSCRIPT = """\
LAB The queue that hears nothing (queue-hears-nothing, permissions, task 1.1)
story: Photos arrive in the bucket, and nothing comes of them.
goal: Every upload becomes a thumbnail; nobody else may send.
you will: Say who calls whom

Q Which change mends this?
1) Change A
2) Change B
3) Change C
4) Change D
answer (1-4, r repeat, q quit)> five
UNCLEAR "five" is no answer here: type a number from 1 to 4.
answer (1-4, r repeat, q quit)> 2
KEPT your answer is shown beside the result, once it is solved.

edit 1: queue-policy in {file}
HOW e opens the document in EDITOR (e 2: the second); g applies the documents, runs the pipeline and
  grades; ? says more.
lab (e edit, g grade, h hint, d diff, ? all)> g
error: line 3: Statement must not be empty.
GRADING in a fresh sandbox, which takes a moment.
RUN works: every-upload
WORKS no, 1 of 1 check
no: It is about works.
because: So.
NOTHING ELSE yes, 1 check
NOTHING SUPERFLUOUS yes, 1 check
FAILED It does not work yet.
answer: you chose 2) Change B
help: h gives a hint; 3 hints left.
questions: studyapp quiz --topic permissions
lab (e edit, g grade, h hint, d diff, ? all)> e
DIFF since the start:
  --- start/queue-policy
  +++ queue-policy
  @@ -1,4 +1 @@
  -{
  -  "Version": "2012-10-17",
  -  "Statement": []
  -}
  +{"Version": "2012-10-17", "Id": "mine"}
error: line 1: The policy has no Statement. Add one.
lab (e edit, g grade, h hint, d diff, ? all)> g
error: line 1: The policy has no Statement. Add one.
GRADING in a fresh sandbox, which takes a moment.
RUN works: every-upload
WORKS yes, 1 check
NOTHING ELSE yes, 1 check
NOTHING SUPERFLUOUS no, 1 of 1 check
no: It is about nothing superfluous.
because: So.
PASSED It works, and nothing else is allowed. What is superfluous is named above.
WRONG you chose 2; the key is 3.
1) wrong: A is wrong.
2) wrong: B is wrong.
3) right: C is right.
4) wrong: D is wrong.
SOLVED s shows the solution to compare with.
lab (e edit, g grade, h hint, d diff, ? all)> q
LEFT passed; your documents are kept.
go on: studyapp labs start queue-hears-nothing --plain
"""


def test_a_lab_is_played_line_by_line(player: Player) -> None:
    player.grades = [grade_of(0, 1, 1), grade_of(1, 1, 0)]
    player.questions = (question("permissions/why"),)
    said = player.play("five", "2", "g", "e", "g", "q")
    marks = [line for line in said.splitlines() if line.startswith("error: line 1: ")]
    assert len(marks) == 2
    wanted = TRANSCRIPT.replace("{file}", str(player.file))
    wanted = wanted.replace("error: line 1: The policy has no Statement. Add one.", marks[0])
    assert said == wanted
    assert player.status == 0
    assert player.graded == [player.lab.starts, {"queue-policy": MINE}]
    assert player.state is LabState.PASSED


def test_a_lab_goes_on_where_it_was_left(player: Player) -> None:
    player.grades = [grade_of(0, 1, 1)]
    player.play("2", "e", "g")
    said = player.play()
    assert "GO ON failed so far, after 1 grading." in said
    assert "answer: you chose 2) Change B" in said
    assert "NOTE the documents are as you left them; reset puts the start back." in said
    assert player.file.read_text("utf-8") == MINE


def test_the_question_must_be_answered_first_but_one_may_leave(player: Player) -> None:
    said = player.play("g", "r", "q")
    assert said.count("Q Which change mends this?") == 2
    assert "edit 1" not in said
    assert "LEFT new; your documents are kept." in said


@pytest.mark.parametrize(
    ("reply", "status"), [(KeyboardInterrupt, 130), ("q", 0)], ids=["ctrl+c", "q"]
)
@pytest.mark.parametrize("before", [(), ("2",)], ids=["question", "lab"])
def test_leaving_keeps_everything(
    player: Player, before: tuple[str, ...], reply: Any, status: int
) -> None:
    said = player.play(*before, reply)
    assert player.status == status
    assert said.splitlines()[-2:] == [
        "LEFT new; your documents are kept.",
        "go on: studyapp labs start queue-hears-nothing --plain",
    ]


def test_an_interrupted_grading_leaves_and_keeps(player: Player) -> None:
    player.grades = [KeyboardInterrupt()]
    said = player.play("2", "g")
    record = LabStore(player.store).record(player.lab.slug)
    assert (player.status, record.chosen, record.attempts) == (130, 1, ())
    assert "LEFT new; your documents are kept." in said


def test_a_lab_that_is_passed_leads_to_the_next(player: Player) -> None:
    player.following = "another"
    assert player.play("1", "q").endswith("start queue-hears-nothing --plain\n")
    player.grades = [grade_of(1, 1, 0)]
    assert player.play("g", "q").endswith("next: studyapp labs start another --plain\n")


def test_each_hint_says_more_and_after_the_last_all_are_told(player: Player) -> None:
    said = player.play("1", "h", "hint", "h", "h")
    assert "hint 1/3: Look at the queue." in said
    assert "hint 2/3: Its policy is empty." in said
    assert said.count("hint 3/3: Let S3 send to it.") == 2
    assert LabStore(player.store).record(player.lab.slug).hints == 3


def test_the_solution_is_shown_at_the_second_asking(player: Player) -> None:
    said = player.play("3", "s")
    assert "NOT YET the solution is shown when it is asked for once more: s." in said
    assert "SOLUTION" not in said
    said = player.play("s")
    assert 'SOLUTION\n  {\n    "Id": "solution"\n  }\nRIGHT you chose 3.\n' in said
    assert "read: https://docs.aws.amazon.com/AmazonS3/" in said


def test_a_broken_grading_is_never_called_wrong(player: Player) -> None:
    player.grades = [GradingError("no sandbox")]
    said = player.play("1", "g", "a")
    assert (
        "BROKEN the grading itself failed: no sandbox. Nothing is said about your documents."
    ) in said
    assert "FAILED" not in said
    assert "NOTE nothing was graded yet: g grades." in said
    assert player.state is LabState.NEW


def test_a_document_that_is_empty_or_gone_is_one_sentence(player: Player) -> None:
    player.play("1")
    player.file.write_bytes(b"")
    said = player.play("g", "d", "v")
    assert said.replace("\n  ", " ").count("is empty: write a JSON document, or take the") == 3
    player.file.unlink()
    player.file.mkdir()
    assert "cannot be read: Is a directory." in player.play("g").replace("\n  ", " ")
    assert player.graded == []


def test_reset_puts_the_start_back(player: Player) -> None:
    said = player.play("1", "e", "reset", "d", "v")
    assert "RESET the documents are as at the start." in said
    assert "DIFF nothing was changed yet." in said
    assert said.count('    "Version": "2012-10-17",') == 1
    assert player.file.read_text("utf-8") == player.lab.starts["queue-policy"]


def test_an_editor_that_fails_is_told_with_the_file(player: Player) -> None:
    player.trouble = "The editor ended with status 1; the file is as it left it."
    said = player.play("1", "e")
    assert f"NOTE {player.trouble}\nfile: {player.file}\n" in said
    assert "DIFF" not in said


def test_which_of_several_documents_is_edited_is_said_by_number(player: Player) -> None:
    player.lab = replace(
        player.lab, edits=(*player.lab.edits, Edit("queue:jobs", '{"DelaySeconds": 0}', "{}"))
    )
    said = player.play("1", "e 2", "e", "e 3", "e x", "v")
    folder = player.file.parent
    assert player.edited == [folder / "queue-jobs.json", folder / "queue-policy.json"]
    assert 'UNCLEAR "3" is no document: there are 2, from 1.' in said
    assert 'UNCLEAR "x" is no document: there are 2, from 1.' in said
    assert "document: queue:jobs" in said


@pytest.mark.parametrize("reply", ["banana", "", "g 2", "5"])
def test_what_means_nothing_is_told(player: Player, reply: str) -> None:
    said = player.play("1", reply)
    assert "means nothing here: ? says what can be typed." in said


def test_help_says_what_can_be_typed(player: Player) -> None:
    assert "reset puts the documents back" in player.play("1", "?").replace("\n  ", " ")


def test_all_evidence_is_told_when_asked_for(player: Player) -> None:
    player.grades = [grade_of(0, 1, 1)]
    said = player.play("1", "g", "all", "repeat")
    assert said.count("yes: It is about nothing else.") == 1
    assert said.count("goal: ") == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    replies=st.lists(
        st.text(max_size=6)
        | st.sampled_from(["1", "g", "e", "d", "v", "h", "s", "a", "r", "reset"]),
        max_size=8,
    )
)
def test_no_reply_breaks_a_lab(player: Player, replies: list[str]) -> None:
    player.grades = [grade_of(0, 0, 0)] * len(replies)
    lines = [" ".join(reply.splitlines()) for reply in replies]
    assert "\x1b" not in player.play("1", *lines)


# -- wording --


def _said(grade: Grade, *, whole: bool = False) -> list[str]:
    out = io.StringIO()
    say_grade(Console(out, lambda _: ""), grade, whole=whole)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("grade", "last"),
    [
        (
            grade_of(1, 1, 1),
            "MASTERED It works, nothing else is allowed, and nothing is superfluous.",
        ),
        (grade_of(1, 0, 1), "FAILED It works, and something else is allowed that must not be."),
        (
            grade_of(0, 0, 1),
            "FAILED It does not work yet, and something else is allowed that must not be.",
        ),
        (REFUSED, "FAILED A document was refused, so nothing was tried."),
    ],
)
def test_a_grade_ends_with_what_it_is_worth(grade: Grade, last: str) -> None:
    assert _said(grade)[-1] == last


def test_what_was_not_looked_at_is_no_failure_of_its_own() -> None:
    unseen = Part(
        "nothing else", holds=False, evidence=(Evidence(UNSEEN, holds=False, words="No."),)
    )
    said = _said(replace(REFUSED, nothing_else=unseen))
    assert "NOTHING ELSE not looked at: No." in said
    assert "no: No." not in said


def test_of_many_pieces_of_evidence_some_are_told_and_the_others_counted() -> None:
    many = tuple(
        Evidence(f"e{n}", holds=n >= 20, words=f"Request {n} is denied.") for n in range(60)
    )
    grade = replace(
        grade_of(1, 0, 1), nothing_else=Part("nothing else", holds=False, evidence=many)
    )
    few, whole = _said(grade), _said(grade, whole=True)
    assert "NOTHING ELSE no, 20 of 60 checks" in few
    assert [line for line in few if "further" in line] == ["no: 14 further checks (a tells all)"]
    assert sum(line.startswith("no: Request") for line in whole) == 20
    assert "yes: 32 further checks (studyapp labs check --json tells all)" in whole


def test_a_policy_is_marked_by_line_and_settings_are_not(player: Player) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMesage",
                "Resource": "arn:aws:sqs:us-east-1:{account}:jobs",
            }
        ],
    }
    out = io.StringIO()
    console = Console(out, lambda _: "")
    say_marks(console, player.lab, {"queue-policy": json.dumps(policy, indent=2)})
    assert 'line 9: Amazon SQS has no action "sqs:SendMesage". Did you mean' in out.getvalue()
    out.truncate(0)
    say_marks(console, player.lab, {"queue:jobs": "{", "nowhere": "{"})
    assert out.getvalue().strip("\0") == ""


def test_what_the_account_stands_for_is_said_where_it_stands(player: Player) -> None:
    out = io.StringIO()
    say_documents(Console(out, lambda _: ""), player.lab, {"queue-policy": '"{account}"'})
    assert out.getvalue().splitlines()[-1].startswith("NOTE {account} stands for the number")


# -- the editor --


def _editor(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)


def test_the_editor_gets_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import pathlib, sys; pathlib.Path(sys.argv[2]).write_text(sys.argv[1])")
    _editor(monkeypatch, f"{sys.executable} '{script}' 'a b'")
    file = tmp_path / "a document.json"
    assert open_editor(file) == ""
    assert file.read_text() == "a b"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("", "EDITOR names no editor: edit the file by yourself, then g grades it."),
        ("'", "EDITOR is no command (No closing quotation): edit the file by yourself, then g"),
        ("/nowhere/editor", "The editor /nowhere/editor cannot be started: No such file or"),
        (f"{sys.executable} -c exit(3)", "The editor ended with status 3; the file is as it left"),
    ],
)
def test_an_editor_that_cannot_be_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, sentence: str
) -> None:
    _editor(monkeypatch, command)
    assert open_editor(tmp_path / "a.json").startswith(sentence)
