"""A chapter as text in and text out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import Emit
from studyapp.plain.console import Console, EndedError
from studyapp.plain.walk_asking import wish_of
from studyapp.plain.walk_wording import spoken
from studyapp.plain.walkthrough import MOST_EVENTS, Walk
from studyapp.study.course import Course
from studyapp.study.ledger import Ledger
from studyapp.study.progress import ProgressStore
from studyapp.study.walk_progress import steps_done
from studyapp.study.walk_record import RunRecording
from studyapp.study.walk_recording import Recorder, RecordingError
from studyapp.study.walkthrough import Chapter, RunStep
from tests.studyapp.study.kept import opened
from tests.studyapp.study.small_chapter import STEPS, small_course
from tests.studyapp.study.small_course import NOON

TRANSCRIPT = """\
CHAPTER 1 The buffer: 9 steps.
objective: Say who polls
objective: Say what a queue keeps
not covered: FIFO queues: see Fan-out
tasks: 2.1
HOW enter goes on, b goes back, q leaves and everything is kept. ? says what else can be typed.

ARCHITECTURE thumbnails: S3 -> SQS -> Lambda -> S3 and DynamoDB
STEP 1/9 read: A queue keeps messages until somebody receives them with `ReceiveMessage`:
  - it pushes nothing
  - and it loses nothing
at: jobs queue
go on (enter goes on, b goes back, q leaves)>

STEP 2/9 predict: You upload two photos. How many messages does S3 send?
predict (a number, messages, b back, q quit)> many
UNCLEAR "many" is no prediction: type a number, b or q.
predict (a number, messages, b back, q quit)> 3
kept: you predicted 3 messages.

STEP 3/9 run: Upload them.
DO bring in photo-1.jpg to photo-2.jpg
MEASURED sent 2, invoked 0
go on (enter goes on, b goes back, r shows all events of the run, t goes back in time, q leaves)>

STEP 4/9 observe: The key stands here.
PAYLOAD NotificationSent, message
>           "key": "photo-2.jpg",
go on (enter goes on, b goes back, q leaves)>

WRONG you predicted: 3 messages; it is: 2 messages
STEP 5/9 explain: One for each object.
go on (enter goes on, b goes back, q leaves)>

STEP 6/9 predict: Who receives them?
1) The function
2) The Lambda service
predict (1-2, b back, q quit)> 3
UNCLEAR There is no option 3: type a number from 1 to 2.
predict (1-2, b back, q quit)> 2
kept: you predicted The Lambda service.

STEP 7/9 run: Let it run.
DO run until nothing is left to happen
note: and 5 more (r shows all).
MEASURED poller poller
go on (enter goes on, b goes back, r shows all events of the run, t goes back in time, q leaves)>

RIGHT you predicted: The Lambda service
STEP 8/9 explain: Lambda polls with the execution role.
go on (enter goes on, b goes back, q leaves)>

STEP 9/9 check: Answer a question.

Q 1/1: Who receives the messages for the function?
"""


@dataclass
class Reader:
    """Goes through the small chapter, with a store of their own."""

    course: Course
    chapter: Chapter
    recorder: Recorder
    directory: Path

    def take(self, *replies: str, recorder: object = None) -> str:
        """Go through the chapter with these replies, after which the input ends."""
        out = io.StringIO()
        typed = iter(replies)
        console = Console(
            out, lambda _: f"{r}\n" if (r := next(typed, None)) is not None else "", echoes=True
        )
        store = opened(self.directory)
        try:
            walk = self._walk(console, store, recorder)
            walk.hold()
        except EndedError:
            pass
        finally:
            store.close()
        return re.sub(r" +$", "", out.getvalue(), flags=re.MULTILINE)

    def _walk(self, console: Console, store: ProgressStore, recorder: object) -> Walk:
        ledger = Ledger(self.course, store, lambda: NOON, console.say, any_seed=lambda: 7)
        return Walk(console, self.chapter, ledger, store, recorder or self.recorder)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Recorder]]:
    course, chapter = small_course(tmp_path_factory.mktemp("content"))
    with Recorder(chapter) as recorder:
        yield course, recorder


@pytest.fixture
def reader(_recorded: tuple[Course, Recorder], tmp_path: Path) -> Reader:
    course, recorder = _recorded
    return Reader(course, recorder.chapter, recorder, tmp_path)


def _without_details(text: str) -> str:
    """Return a transcript without events and without the unmarked lines of payloads."""
    lines = text.splitlines(keepends=True)
    payload = re.compile(r'  \s*["{}\[\]]')
    kept, is_event = [], False
    for line in lines:
        is_event = line.startswith("EVENT") or (is_event and line.startswith("  "))
        if not is_event and not payload.match(line):
            kept.append(line)
    return "".join(kept)


def test_a_chapter_has_this_transcript(reader: Reader) -> None:
    text = reader.take("", "many", "3", "", "", "", "3", "2", "", "", "q")
    assert _without_details(text).startswith(TRANSCRIPT)


def test_events_are_told_in_sentences(reader: Reader) -> None:
    text = reader.take("", "3", "q")
    assert re.search(r"^EVENT 0\.\d\d s SendMessage jobs by s3: allowed by", text, re.MULTILINE)


def test_a_check_is_answered_and_explained_and_the_answer_counts(reader: Reader) -> None:
    store = opened(reader.directory)
    reader.take("", "2", "", "", "", "2", "", "")
    text = reader.take("h", "9", "1 2", "?", *"1234")
    assert "hint: Who calls ReceiveMessage?" in text
    assert "read: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html" in text
    (answer,) = store.answers()
    assert steps_done(store)["buffer/ask"].is_right is answer.is_right
    assert store.unfinished() == ()
    store.close()


def test_the_end_is_told(reader: Reader) -> None:
    reader.take("", "2", "", "", "", "2", "", "")
    text = reader.take("1", "")
    assert text.endswith("DONE 9 steps of 9.\n")


def test_a_chapter_is_gone_on_with_where_it_was_left(reader: Reader) -> None:
    reader.take("", "3", "q")
    text = reader.take("q")
    assert "9 steps, 3 done." in text
    assert "STEP 4/9 observe" in text


def test_a_prediction_stands_until_another_is_made(reader: Reader) -> None:
    reader.take("", "3", "b", "", "b", "2", "b", "q")
    store = opened(reader.directory)
    assert steps_done(store)["buffer/how-many"].prediction == 2
    store.close()
    text = reader.take("b", "b", "q")
    assert "kept: you predicted 2 messages; enter lets it stand." in text


def test_going_back_from_the_first_step_stays_there(reader: Reader) -> None:
    text = reader.take("b", "b", "q")
    assert text.count("STEP 1/9") == 3


def test_all_events_of_a_run_are_shown_when_asked_for(reader: Reader) -> None:
    text = reader.take("", "3", "", "", "", "2", "q")
    more = re.search(r"^note: and (\d+) more \(r shows all\)", text, re.MULTILINE)
    assert more
    again = reader.take("b", "r", "q")
    assert again.count("EVENT") == 2 * MOST_EVENTS + int(more[1])


def test_time_goes_back_and_forth_call_by_call(reader: Reader) -> None:
    text = reader.take("", "3", "t", "", "", "a", "b", "4", "", "9", "?", "why", "q", "q")
    assert "HOP 0/4 before the first call; jobs 0 visible + 0 in flight" in text
    assert "HOP 1/4 s3:PutObject by learner, allowed" in text
    assert "HOP 2/4 sqs:SendMessage by s3, allowed; jobs 1 visible + 0 in flight" in text
    assert text.count("HOP 1/4") == 2
    assert "HOP 4/4" in text
    assert "note: this is the last call." in text
    assert 'UNCLEAR "9" is nothing here' in text
    assert 'UNCLEAR "why" is nothing here' in text
    assert re.search(r"^request:\n(.*\n)*?answer:\n", text, re.MULTILINE)


def test_an_observation_can_be_looked_at_without_the_run_before_it(reader: Reader) -> None:
    reader.take("", "3", "")
    with Recorder(reader.chapter) as fresh:
        text = reader.take("q", recorder=fresh)
    assert '>           "key": "photo-2.jpg",' in text


def test_a_text_says_what_the_run_measured(tmp_path: Path) -> None:
    steps = STEPS.replace("One for each object.", "{sent} objects, {sent} messages.")
    course, chapter = small_course(tmp_path / "content", steps)
    with Recorder(chapter) as recorder:
        text = Reader(course, chapter, recorder, tmp_path).take("", "3", "", "", "q")
    assert "STEP 5/9 explain: 2 objects, 2 messages." in text


class _Broken:
    def record(self, step: RunStep, tell: Emit) -> RunRecording:
        del tell
        raise RecordingError(f"{step.id} cannot be done")


def test_a_run_that_breaks_off_is_told_and_the_chapter_goes_on(reader: Reader) -> None:
    text = reader.take("", "3", "", "", "q", recorder=_Broken())
    assert "NOTE the run broke off with RecordingError: upload-two cannot be done" in text
    assert "NOTE there is nothing to show" in text
    assert "STEP 5/9 explain" in text


def test_every_line_begins_with_its_prefix_or_goes_on_indented(reader: Reader) -> None:
    text = reader.take(
        "?", "x", "", "?", "3", "r", "t", "a", "", "q", "", "", "", "2", "", "", "h", "?", "1"
    )
    prefix = re.compile(
        r"(CHAPTER|HOW|ARCHITECTURE|STEP|DO|EVENT|MEASURED|PAYLOAD) \S|"
        r"(WRONG|RIGHT|UNCLEAR|HOP|NOTE|Q) \S|"
        r"(objective|not covered|tasks|at|kept|note|help|hint|then|read): \S|(request|answer):$|"
        r"\d\) \S|(go on|predict|time|answer) \(|>? {1,}\S"
    )
    odd = [line for line in text.splitlines() if line and not prefix.match(line)]
    assert odd == []
    assert max(len(line) for line in text.splitlines() if ")>" not in line) <= 100


@given(st.text(max_size=30))
def test_any_reply_is_a_wish_or_none(reply: str) -> None:
    assert wish_of(reply) is None or len(reply) < 5


@given(st.text(alphabet="ab *_`-\n", max_size=60))
def test_any_prose_can_be_spoken(markdown: str) -> None:
    letters = [sign for sign in spoken(markdown) if sign.isalpha()]
    assert letters == [sign for sign in markdown if sign.isalpha()]
