"""What the Live screen knows, folded from the reports of the sandbox's thread. No Textual."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline import events as e
from pipeline.journeys import Journeys
from pipeline.notification import objects_of
from pipeline.topology import DEFAULT, PolicyDocument, Topology
from pipeline.whereabouts import Place, Whereabouts
from pipeline.words import seconds_words
from studyapp import reports as r
from studyapp.guidance import Situation
from studyapp.widgets.diagram_folding import advance, start_passing, with_counts
from studyapp.widgets.diagram_state import DiagramState, drawn_at_first

BURST_KEPT = 1_200
"""What is told of a burst that is kept: five minutes of it."""

Decided = e.RequestAuthorized | e.RequestDenied

_STARTING = r.Status(r.Activity.STARTING, playing=False, seconds_per_hop=0.35)
_BUSY = frozenset(
    {r.Activity.UPLOADING, r.Activity.RUNNING, r.Activity.WAITING, r.Activity.BURSTING}
)


@dataclass(slots=True)
class LiveState:
    """Takes reports; everything else is for reading."""

    topology: Topology = field(default_factory=drawn_at_first)
    """The architecture; with a made-up account until the sandbox is ready."""

    status: r.Status = _STARTING
    policies: Mapping[str, PolicyDocument] = field(default_factory=dict)
    diagram: DiagramState = field(init=False)
    created: tuple[str, int, int] | None = None
    progress: str = ""
    time: float = 0.0
    key: str | None = None
    """What moved last: a photo's key, or the name of what was brought in."""

    decided: Decided | None = None
    """The last call that the gate decided for one of the arrows, or refused."""

    denied: e.RequestDenied | None = None
    """The last call that was denied."""

    latest: e.PipelineEvent | None = None
    burst: deque[e.BurstProgressed] = field(default_factory=lambda: deque(maxlen=BURST_KEPT))
    """How the last burst went, until now."""

    photos: Whereabouts | None = None
    """Where each photo is, in an architecture for photos."""

    journeys: Journeys | None = None
    """Where everything is that was brought in, branch by branch."""

    returned: dict[str, e.MessageReturned] = field(default_factory=dict)
    """For photos that wait in the queue: their message's last return."""

    _key_of: dict[str, str] = field(default_factory=dict)
    """The photo that a message is about, by message id."""

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.diagram = DiagramState.initial(self.topology)

    def take(self, report: r.Report) -> None:
        """Fold one report."""
        match report:
            case r.Happened(events):
                for event in events:
                    self._happened(event)
            case r.Status():
                self._turned(report)
            case r.Opening(name):
                self._open(drawn_at_first(name))
            case r.Ready(topology):
                self._open(topology)
            case r.Submitting(name, record_key) if self.journeys is not None:
                self.key = name
                self.journeys.begin(name, record_key)
            case r.PoliciesRead(documents, _):
                self.policies = documents
            case r.Counted(snapshot):
                self.diagram = with_counts(
                    self.diagram,
                    queues=snapshot.queues,
                    objects=snapshot.objects,
                    table_items=snapshot.table_items,
                    broken=snapshot.broken_arrows,
                )
            case r.UploadProgressed(_, sent, total) if total:
                self.progress = f" {100 * sent // total} %"

    def _open(self, topology: Topology) -> None:
        """Begin with an architecture in which nothing is."""
        self.topology = topology
        self.policies = {}
        self.diagram = DiagramState.initial(topology)
        self.journeys = Journeys(topology)
        self.photos = Whereabouts(topology.uploads.name) if self.has_photos else None
        self._forget()

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
        if self.journeys is not None:
            self.journeys(event)
        match event:
            case e.ResourceCreated(kind=kind, name=name, number=number, total=total):
                self.created = (f"{kind} {name}", number, total)
                return
            case e.SandboxReset():
                self._forget()
            case e.BurstProgressed():
                if self.burst and event.uploaded < self.burst[-1].uploaded:
                    self.burst.clear()
                self.burst.append(event)
            case e.RequestDenied():
                self.decided = self.denied = event
            case e.RequestAuthorized(arrow=str()):
                self.decided = event
            case _:
                self._follow_photo(event)
        self.latest = event

    def _follow_photo(self, event: e.PipelineEvent) -> None:
        match event:
            case e.ObjectStored(key=key, bucket=self.topology.entry.resource):
                self.key = key
            case e.NotificationRefused(key=key):
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
        self.burst.clear()
        if self.journeys is not None:
            self.journeys = Journeys(self.topology)

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
    def has_photos(self) -> bool:
        """Whether the architecture is about photos, which can be shown and looked up."""
        return self.topology.entry.noun == "photo"

    @property
    def can_redrive(self) -> bool:
        """Whether there are dead letters that can be moved back to their queue."""
        queues = self.topology.queues
        dead = {queue.dead_letters_to for queue in queues}
        return any(self.diagram.queue(q.name).total for q in queues if q.arn in dead)

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
            topology=self.topology,
            created=self.created,
            progress=self.progress,
            entered=self.diagram.entered,
            dead_lettered=self.diagram.dead_lettered if self.can_redrive else 0,
            broken=self.diagram.broken,
            denied=self.denied_arrow(),
            selected=selected,
        )

    def photo_words(self) -> str:
        """Return where the last photo is, or what else was brought in, as one line."""
        if self.photos is None or self.topology.name != DEFAULT:
            return self._journey_words()
        photo = self.photos.photos.get(self.key) if self.key else None
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

    def _journey_words(self) -> str:
        journeys = self.journeys
        if journeys is None or self.key not in journeys.inputs:
            return ""
        is_under_way = self.is_busy and not journeys.inputs[self.key]
        return f"{self.key}: {'on its way' if is_under_way else journeys.sentence(self.key)}"
