"""A sandbox to act on, and the events it announced."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from pipeline import events as e
from pipeline.sandbox import Sandbox
from pipeline.whereabouts import PhotoState, Whereabouts


class Scene:
    """An open sandbox, what it announced since, and where every photo is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.events: list[e.PipelineEvent] = []
        self.whereabouts = Whereabouts(sandbox.topology.uploads.name)
        sandbox.subscribe(self._listen)

    def _listen(self, event: e.PipelineEvent) -> None:
        self.events.append(event)
        self.whereabouts(event)

    def seen(self, kind: type[Any]) -> list[Any]:
        """Return the events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def names(self) -> list[str]:
        """Return the names of all events but the allowed calls, in order."""
        return [type(x).__name__ for x in self.events if not isinstance(x, e.RequestAuthorized)]

    def photo(self, key: str) -> PhotoState:
        """Return where a photo is."""
        return self.whereabouts.photos[key]

    def send(self, body: str) -> str:
        """Put a message into the queue as the learner; return its id."""
        queue = self.sandbox.topology.queue.name
        url = self.sandbox.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        answer = self.sandbox.client("sqs").send_message(QueueUrl=url, MessageBody=body)
        return str(answer["MessageId"])

    def run(self, data: bytes, key: str = "photo.jpg") -> PhotoState:
        """Upload a photo, run until nothing is left to happen, and return where it is."""
        self.sandbox.upload(data, key)
        self.sandbox.run_until_idle()
        return self.photo(key)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """An open sandbox with seeded ids and times."""
    with Sandbox(seed=1) as sandbox:
        yield Scene(sandbox)


@pytest.fixture(scope="session")
def photo() -> Callable[..., bytes]:
    """Return a function that draws a picture: size, format and mode to choose."""

    def draw(
        size: tuple[int, int] = (640, 480), image_format: str = "JPEG", mode: str = "RGB"
    ) -> bytes:
        buffer = io.BytesIO()
        Image.linear_gradient("L").resize(size).convert(mode).save(buffer, image_format)
        return buffer.getvalue()

    return draw
