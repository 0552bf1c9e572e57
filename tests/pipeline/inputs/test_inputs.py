import json

import pytest

from pipeline.function import access_log, documents, enrich
from pipeline.function.errors import MessageError, ThumbnailError
from pipeline.function.orders import read_order
from pipeline.function.thumbnail import make_thumbnail
from pipeline.inputs import broken, bundled
from pipeline.topology import TOPOLOGY_NAMES

UPLOADS_OF_PHOTOS = ("thumbnails", "direct", "fanout", "eventbridge")


def data(inputs: tuple[object, ...]) -> bytes:
    (only,) = inputs
    return only.read_bytes()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_every_architecture_has_inputs(name: str) -> None:
    for inputs in (bundled(name), broken(name)):
        assert inputs
        assert all(each.is_file() for each in inputs)


def test_unknown_architecture_has_none() -> None:
    with pytest.raises(KeyError):
        bundled("nothing")


@pytest.mark.parametrize("name", UPLOADS_OF_PHOTOS)
def test_photo_becomes_a_thumbnail_and_its_broken_twin_none(name: str) -> None:
    assert make_thumbnail(data(bundled(name))).original_width == 960
    with pytest.raises(ThumbnailError):
        make_thumbnail(data(broken(name)))


def test_order_adds_up_and_its_broken_twin_does_not() -> None:
    order, wrong = (read_order(data(inputs("orders")).decode()) for inputs in (bundled, broken))

    assert order.computed_total == order.total
    assert wrong.computed_total != wrong.total
    assert order.order_id != wrong.order_id


def test_document_fits_its_schema_and_its_broken_twin_does_not() -> None:
    assert list(documents.ARTICLE.problems(json.loads(data(bundled("documents"))))) == []
    assert len(list(documents.ARTICLE.problems(json.loads(data(broken("documents")))))) == 3


def test_log_has_good_lines_and_its_broken_twin_none() -> None:
    def good_lines(content: bytes) -> int:
        lines = content.decode().splitlines()
        return sum(access_log.read_line(line) is not None for line in lines)

    assert good_lines(data(bundled("logs"))) > 300
    assert good_lines(data(broken("logs"))) == 0


def test_record_is_greeted_and_its_broken_twin_is_not() -> None:
    def image(content: bytes) -> dict[str, dict[str, str]]:
        return {name: {"S": value} for name, value in json.loads(content).items()}

    assert enrich.greeting(image(data(bundled("records"))))["greeting"] == "Guten Tag, Ada Brandt!"
    with pytest.raises(MessageError):
        enrich.greeting(image(data(broken("records"))))
