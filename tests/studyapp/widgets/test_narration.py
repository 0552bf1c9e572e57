from pipeline import events as e
from pipeline.narration import narrate
from pipeline.words import counted, plain, resource_words, seconds_words, size_words
from studyapp.widgets.event_text import brief, glyph
from tests.studyapp.widgets.samples import authorized, denied, event_classes, every_event


def test_the_samples_hold_one_event_of_every_class() -> None:
    assert event_classes() == {type(event) for event in every_event()}


def test_every_event_has_a_sentence_a_few_words_and_a_sign() -> None:
    for event in every_event():
        assert len(narrate(event)) > 10, event
        assert not narrate(event).endswith("."), event
        assert 0 < len(brief(event)) < 60, event
        assert len(glyph(event)) == 1, event


def test_an_allowed_call_names_the_statement_that_allows_it() -> None:
    sentence = narrate(authorized("function-reads-uploads"))
    assert sentence == (
        "GetObject uploads-123456789012/cat.jpg by function: "
        "allowed by thumbnail-function / FunctionReadsUploads"
    )


def test_a_denied_call_names_the_error_and_the_reason() -> None:
    sentence = narrate(denied("function-writes-metadata"))
    assert sentence == (
        "PutItem table/images by function: denied (AccessDeniedException), "
        "no policy allows dynamodb:PutItem"
    )


def test_a_file_name_cannot_send_control_characters_to_the_terminal() -> None:
    event = e.ObjectStored(time=0, bucket="b", key="a\x1b[2J\nb", size=1, event_name="x")
    assert "\x1b" not in narrate(event)
    assert "\n" not in brief(event)
    assert plain("a\tb") == "a b"


def test_sizes_and_times_read_as_people_write_them() -> None:
    sizes = {0: "0 bytes", 1: "1 byte", 999: "999 bytes", 14_200: "14 KB", 3_100_000: "3.1 MB"}
    assert sizes == {size: size_words(size) for size in sizes}
    assert size_words(999_600) == "1.0 MB"
    times = {0.44: "0.4 s", 30: "30 s", 180: "3 min", 345_600: "4 days", 3_600: "60 min"}
    assert times == {time: seconds_words(time) for time in times}


def test_nouns_are_counted() -> None:
    assert (counted(1, "photo"), counted(1200, "photo")) == ("1 photo", "1,200 photos")


def test_a_resource_is_named_without_its_account() -> None:
    assert resource_words("arn:aws:sqs:us-east-1:123456789012:jobs") == "jobs"
    assert resource_words("*") == "*"
