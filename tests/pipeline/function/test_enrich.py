from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.function import enrich
from pipeline.function.errors import MessageError


def person(**attributes: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in attributes.items()}


ADA = person(person_id="p-1", name="Ada", language="de")


def event(*images: Any, name: str = "INSERT") -> dict[str, Any]:
    """Return the event that Lambda makes of a stream's records, numbered 101, 102 …"""
    return {
        "Records": [
            {
                "eventID": f"e{number}",
                "eventName": name,
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": {
                    "Keys": {"person_id": {"S": "p"}},
                    "SequenceNumber": str(number),
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                    **({} if image is None else {"NewImage": image}),
                },
            }
            for number, image in enumerate(images, 101)
        ]
    }


@pytest.fixture
def failed(cloud: Any) -> Any:
    cloud.create_table("greetings", "person_id")

    def give(stream_event: dict[str, Any]) -> list[str]:
        response = cloud.invoke(enrich, stream_event, GREETINGS_TABLE="greetings")
        assert list(response) == ["batchItemFailures"]
        return [entry["itemIdentifier"] for entry in response["batchItemFailures"]]

    return give


def test_new_person_is_greeted_in_their_language(cloud: Any, failed: Any) -> None:
    assert failed(event(ADA, person(person_id="p-2", name="Zoë"))) == []

    assert set(cloud.calls) == {"PutItem"}
    assert sorted(item["greeting"] for item in cloud.items("greetings")) == [
        "Guten Tag, Ada!",
        "Hello, Zoë!",
    ]
    assert {item["greeted_at"] for item in cloud.items("greetings")} == {"2023-11-14T22:13:20.000Z"}


def test_changes_of_a_person_are_written_in_order(cloud: Any, failed: Any) -> None:
    renamed = person(person_id="p-1", name="Ada Brandt", language="xx")

    for _ in range(2):
        assert failed(event(ADA, renamed)) == []
        (item,) = cloud.items("greetings")
        assert item["greeting"] == "Hello, Ada Brandt!"


def test_batch_ends_at_the_first_record_that_fails(cloud: Any, failed: Any, log: Any) -> None:
    nameless = person(person_id="p-2")
    after = person(person_id="p-3", name="Eve")

    assert failed(event(ADA, nameless, after)) == ["102"]
    assert [item["person_id"] for item in cloud.items("greetings")] == ["p-1"]
    assert log()[-1] == ("ERROR", "record 102: The person has no name, or it is not a string.")


def test_refused_write_is_reported_with_its_reason(cloud: Any, failed: Any, log: Any) -> None:
    cloud.deny("PutItem", "not authorized to PutItem", code="AccessDeniedException")

    assert failed(event(ADA, ADA)) == ["101"]
    assert cloud.calls == {"PutItem": 1}
    assert "not authorized to PutItem" in log()[-1][1]


def test_removed_person_asks_for_no_call(cloud: Any, failed: Any) -> None:
    assert failed(event(None, name="REMOVE")) == []
    assert not cloud.calls


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (None, "no new image"),
        ({}, "no name"),
        ({"name": {"S": "A"}}, "no person_id"),
        ({**ADA, "name": {"N": "5"}}, "no name"),
        ({**ADA, "name": {"S": ""}}, "no name"),
        ({**ADA, "language": {"L": []}}, "no language"),
    ],
)
def test_record_that_is_no_person_is_refused_with_its_reason(image: object, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        enrich.greeting(image)


@given(
    st.dictionaries(
        st.sampled_from(["person_id", "name", "language"]),
        st.none() | st.text() | st.dictionaries(st.sampled_from("SN"), st.text() | st.none()),
    )
)
def test_any_image_makes_a_greeting_or_is_refused(image: dict[str, Any]) -> None:
    try:
        item = enrich.greeting(image)
    except MessageError:
        return
    assert item["greeting"].endswith(f", {image['name']['S']}!")
