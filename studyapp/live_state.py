"""What the Live screen knows, folded from the reports of the sandbox's thread. No Textual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline import events as e
from pipeline.notification import objects_of
from pipeline.topology import PolicyDocument, Topology
from pipeline.whereabouts import Place, Whereabouts
from pipeline.words import seconds_words
from studyapp import reports as r
from studyapp.guidance import Situation
from studyapp.widgets.diagram_folding import advance, start_passing, with_snapshot
from studyapp.widgets.diagram_state import DiagramState

Decided = e.RequestAuthorized | e.RequestDenied

_STARTING = r.Status(r.Activity.STARTING, playing=False, seconds_per_hop=0.35)
_BUSY = frozenset({r.Activity.UPLOADING, r.Activity.RUNNING, r.Activity.WAITING})


@dataclass(slots=True)
class LiveState:
    """Takes reports; everything else is for reading."""

    status: r.Status = _STARTING
    topology: Topology | None = None
    policies: Mapping[str, PolicyDocument] = field(default_factory=dict)
    diagram: DiagramState = field(default_factory=DiagramState.initial)
    created: tuple[str, int, int] | None = None
    progress: str = ""
    time: float = 0.0
    key: str | None = None
    """The photo that moved last."""

    decided: Decided | None = None
    """The last call that the gate decided for one of the arrows, or refused."""

    denied: e.RequestDenied | None = None
    """The last call that was denied."""

    latest: e.PipelineEvent | None = None
    photos: Whereabouts | None = None
    returned: dict[str, e.MessageReturned] = field(default_factory=dict)
    """For photos that wait in the queue: their message's last return."""

    _key_of: dict[str, str] = field(default_factory=dict)
    """The photo that a message is about, by message id."""

    def take(self, report: r.Report) -> None:
        """Fold one report."""
        match report:
            case r.Happened(events):
                for event in events:
                    self._happened(event)
            case r.Status():
                self._turned(report)
            case r.Ready(topology):
                self.topology = topology
                self.photos = Whereabouts(topology.uploads.name)
            case r.PoliciesRead(documents, _):
                self.policies = documents
            case r.Counted(snapshot):
                self.diagram = with_snapshot(
                    self.diagram,
                    uploads=snapshot.uploads,
                    visible=snapshot.visible,
                    in_flight=snapshot.in_flight,
                    delayed=snapshot.delayed,
                    dead_lettered=snapshot.dead_lettered,
                    thumbnails=snapshot.thumbnails,
                    items=snapshot.items,
                    broken=snapshot.broken_arrows,
                )
            case r.UploadProgressed(_, sent, total) if total:
                self.progress = f" {100 * sent // total} %"

    def _turned(self, status: r.Status) -> None:
        self.status = status
        self.progress = ""
        arrow = status.hop.arrow if status.hop is not None else None
        self.diagram = start_passing(self.diagram, arrow)

    def _happened(self, event: e.PipelineEvent) -> None:
        self.time = event.time
        self.diagram = advance(self.diagram, event)
        if self.photos is not None:
            self.photos(event)
        match event:
            case e.ResourceCreated(kind=kind, name=name, number=number, total=total):
                self.created = (f"{kind} {name}", number, total)
                return
            case e.SandboxReset():
                self._forget()
            case e.RequestDenied():
                self.decided = self.denied = event
            case e.RequestAuthorized(arrow=str()):
                self.decided = event
            case _:
                self._follow_photo(event)
        self.latest = event

    def _follow_photo(self, event: e.PipelineEvent) -> None:
        match event:
            case e.ObjectStored(key=key) | e.NotificationRefused(key=key):
                self.key = key
            case e.NotificationSent(key=key, message_id=message_id):
                self._key_of[message_id] = key
            case e.BatchReceived(messages=messages):
                for message in messages:
                    for _, key in objects_of(message["Body"]):
                        self._key_of[message["MessageId"]] = key
            case e.ItemRecorded(item=item):
                self.key = item.get("key", self.key)
            case e.MessageReturned(message_id=message_id) if message_id in self._key_of:
                self.key = self._key_of[message_id]
                self.returned[self.key] = event

    def key_of(self, event: e.PipelineEvent) -> str | None:
        """Return the photo that an event is about, where it names one."""
        match event:
            case e.ObjectStored(key=key) | e.NotificationSent(key=key):
                return key
            case e.ItemRecorded(item=item):
                return str(item.get("key", ""))
            case (
                e.MessageReturned(message_id=message_id)
                | e.MessageDeleted(message_id=message_id)
                | e.MessageDeadLettered(message_id=message_id)
            ):
                return self._key_of.get(message_id)
        return None

    def _forget(self) -> None:
        self.created = self.key = self.decided = self.denied = None
        self.returned = {}
        self._key_of = {}
        self.progress = ""

    # -- reading --

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that can be cancelled."""
        return self.status.activity in _BUSY

    @property
    def is_flooded(self) -> bool:
        """Whether more happens than anyone could read."""
        return self.is_busy and self.status.playing and not self.status.seconds_per_hop

    @property
    def is_ready(self) -> bool:
        """Whether the sandbox takes commands."""
        return self.status.activity is r.Activity.RESTING or self.is_busy

    @property
    def notable(self) -> Decided | None:
        """The decision to look at: a denial until its arrow is mended, or else the last one."""
        denied = self.denied
        if denied is not None and self.diagram.arrows.get(denied.arrow or "") == "denied":
            return denied
        return self.decided

    def denied_arrow(self) -> str | None:
        """Return the broken arrow whose call was denied last, if there is one."""
        for name in self.diagram.broken:
            if self.diagram.arrows.get(name) == "denied":
                return name
        return None

    def photo_ids(self) -> tuple[tuple[str, str], ...]:
        """Return the key and the image id of each photo that has an item, newest first."""
        if self.photos is None:
            return ()
        known = ((photo.key, photo.image_id) for photo in self.photos.photos.values())
        return tuple((key, image_id) for key, image_id in known if image_id is not None)[::-1]

    def situation(self, selected: str) -> Situation:
        """Return what the next step depends on."""
        return Situation(
            status=self.status,
            created=self.created,
            progress=self.progress,
            uploads=self.diagram.uploads,
            dead_lettered=self.diagram.dead_lettered,
            broken=self.diagram.broken,
            denied=self.denied_arrow(),
            selected=selected,
        )

    def photo_words(self) -> str:
        """Return where the last photo is, as one line."""
        photo = self.photos.photos.get(self.key) if self.photos and self.key else None
        if photo is None:
            return ""
        returned = self.returned.get(photo.key)
        if photo.place is Place.WAITING and returned is not None:
            return (
                f"{photo.key} waits in the queue, attempt {returned.receive_count} of "
                f"{returned.max_receive_count} failed, visible in "
                f"{seconds_words(max(0.0, returned.time + returned.visible_in - self.time))}"
            )
        return f"{photo.key}: {photo.sentence()}"
