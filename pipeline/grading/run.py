"""A scenario's hand on an open sandbox: it uploads, lets the cloud act, and says what must hold.

Nothing here waits for ever: a pipeline that does not come to rest within so many polls and so much
skipped time ends the run with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline import events as e
from pipeline.grading.values import WORKS, Evidence, Forbidden, Tell
from pipeline.journeys import Journeys

if TYPE_CHECKING:
    from pipeline.sandbox import Sandbox

MOST_POLLS = 150
MOST_SECONDS = 24 * 3600.0
_INSTANT = 0.001


class RestlessError(Exception):
    """The pipeline did not come to rest; the text says after how much."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call."""

    body: Any = None
    code: str = ""
    """The error code; empty when the call succeeded."""

    message: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether the call succeeded."""
        return not self.code

    def words(self) -> str:
        """Return it in a few words."""
        return f"{self.code}: {self.message}" if self.code else "allowed"


@dataclass(slots=True)
class Run:
    """One run of a scenario."""

    sandbox: Sandbox
    """Open, with the documents in their places."""

    tell: Tell = lambda _: None
    watch: e.Emit = lambda _: None
    """Hears every event, too."""

    events: list[e.PipelineEvent] = field(default_factory=list)
    outcomes: list[Evidence] = field(default_factory=list)
    forbidden: list[Forbidden] = field(default_factory=list)
    """Requests that must be denied, of what the scenario itself has made."""

    journeys: Journeys = field(init=False)
    """Where each input is, branch by branch."""

    def __post_init__(self) -> None:
        """Follow what enters."""
        self.journeys = Journeys(self.sandbox.topology)

    def take(self, event: e.PipelineEvent) -> None:
        """Take an event of the sandbox."""
        self.events.append(event)
        self.journeys(event)
        self.watch(event)

    def seen(self, kind: type[Any]) -> list[Any]:
        """Return the events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def require(self, identifier: str, words: str, *details: str, holds: bool) -> None:
        """Note one required outcome.

        Args:
            identifier: Its id in the scenario, kebab-case.
            words: One sentence that is right whether it holds or not.
            details: Further sentences: a service's own words, what was seen instead.
            holds: Whether it came about.
        """
        self.tell(f"{WORKS}: {words}")
        self.outcomes.append(Evidence(identifier, holds, words, tuple(filter(None, details))))

    # -- acting --

    def client(self, service: str) -> Any:
        """Return a client of the learner's, who is administrator."""
        return self.sandbox.client(service)

    def attempt(self, call: Callable[..., Any], **parameters: Any) -> Answer:
        """Make one call of a client and return what came of it; a refusal is no error here."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - the cloud is loaded late

        try:
            return Answer(call(**parameters))
        except ClientError as error:
            told = error.response["Error"]
            return Answer(code=told["Code"], message=told["Message"])

    def submit(self, name: str, data: bytes, *, label: str = "") -> bool:
        """Bring something in by the architecture's entry; tell whether it was taken.

        Args:
            name: The object's key, or what the message or item is called.
            data: Its bytes.
            label: How ``journeys`` knows it; its name unless given.
        """
        from pipeline.uploading import UploadError  # noqa: PLC0415 - the cloud is loaded late

        known_as = label or name
        self.tell(f"{WORKS}: {known_as}")
        self.journeys.begin(known_as, self._record_key(data))
        try:
            self.sandbox.submit(data, name)
        except UploadError as error:
            self.journeys.fail(known_as, str(error))
            return False
        return True

    def upload_in_parts(self, name: str, data: bytes) -> bool:
        """Upload as a multipart upload, of one part; tell whether it was taken."""
        self.tell(f"{WORKS}: {name}")
        self.journeys.begin(name)
        topology, s3 = self.sandbox.topology, self.client("s3")
        where = {"Bucket": topology.uploads.name, "Key": topology.entry.prefix + name}

        def put() -> None:
            upload = s3.create_multipart_upload(**where)["UploadId"]
            part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=data)
            parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
            s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)

        answer = self.attempt(put)
        if not answer.is_allowed:
            self.journeys.fail(name, answer.words())
        self.sandbox.push()
        return answer.is_allowed

    def skip(self, seconds: float, until: str = "") -> None:
        """Skip time, and a moment more: what ends then has ended."""
        self.sandbox.skip(seconds + _INSTANT, until)

    def settle(self, *, polls: int = MOST_POLLS, seconds: float = MOST_SECONDS) -> None:
        """Let the cloud act, and skip time instead of waiting, until nothing is left to happen.

        Args:
            polls: How often the pollers may have their turn.
            seconds: How much time may be skipped.

        Raises:
            RestlessError: It was not enough.
        """
        skipped = 0.0
        for _ in range(polls):
            wait = self.sandbox.next_event_at()
            if wait is None:
                return
            if skipped + wait > seconds:
                raise RestlessError(
                    f"The pipeline did not come to rest within {seconds / 3600:.0f} hours."
                )
            if wait > 0:
                self.sandbox.skip(wait, "something is due")
                skipped += wait
            if not self.sandbox.poll() and self.sandbox.next_event_at() == 0:
                return
        raise RestlessError(f"The pipeline did not come to rest within {polls} polls: it loops.")

    # -- looking --

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return a table's items, with plain values."""
        return list(self.sandbox.items(table))

    def _record_key(self, data: bytes) -> str | None:
        """Return an item's partition key; None for what is no item."""
        topology = self.sandbox.topology
        if topology.entry.kind != "put":
            return None
        table = next(t for t in topology.tables if t.name == topology.entry.resource)
        try:
            return str(json.loads(data)[table.partition_key])
        except (ValueError, KeyError, TypeError):
            return None
