"""What a run step does on the sandbox, as frozen values, each of which knows how it is done.

The sandbox is given: this module opens none and imports nothing of the cloud, so that a screen can
show the actions before there is one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.sandbox import Sandbox


class Action(ABC):
    """One thing that the learner does."""

    __slots__ = ()

    @abstractmethod
    def do(self, sandbox: Sandbox) -> None:
        """Do it, on the sandbox's thread.

        Raises:
            UploadError: What is brought in was refused.
            botocore.exceptions.ClientError: A service refused a call.
        """

    @property
    @abstractmethod
    def words(self) -> str:
        """What it is, in a few words."""


@dataclass(frozen=True, slots=True)
class Submit(Action):
    """Bring something in by the architecture's entry."""

    name: str
    """What it is called: an object's key, or a name for a message or an item."""

    source: Traversable | str = field(compare=False)
    """A bundled file, or the text itself."""

    count: int = 1
    """How often; from 2 on each has a number in its name."""

    @property
    def data(self) -> bytes:
        """What is brought in."""
        return self.source.encode() if isinstance(self.source, str) else self.source.read_bytes()

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called: ``photo.jpg``, or ``photo-1.jpg``, ``photo-2.jpg`` and so on."""
        if self.count == 1:
            return (self.name,)
        path = PurePosixPath(self.name)
        return tuple(
            str(path.with_name(f"{path.stem}-{n}{path.suffix}")) for n in range(1, self.count + 1)
        )

    def do(self, sandbox: Sandbox) -> None:
        """Bring each in."""
        data = self.data
        for name in self.names:
            sandbox.submit(data, name)

    @property
    def words(self) -> str:
        """What is brought in."""
        first, last = self.names[0], self.names[-1]
        return f"bring in {first}" if first == last else f"bring in {first} to {last}"


@dataclass(frozen=True, slots=True)
class Poll(Action):
    """Let each poller have one turn."""

    def do(self, sandbox: Sandbox) -> None:
        """Poll once."""
        sandbox.poll()

    @property
    def words(self) -> str:
        """That they poll."""
        return "let the pollers have a turn"


@dataclass(frozen=True, slots=True)
class RunUntilIdle(Action):
    """Let everything happen that can, skipping time instead of waiting."""

    def do(self, sandbox: Sandbox) -> None:
        """Run."""
        sandbox.run_until_idle()

    @property
    def words(self) -> str:
        """That it runs."""
        return "run until nothing is left to happen"


@dataclass(frozen=True, slots=True)
class Skip(Action):
    """Move the sandbox's clock."""

    seconds: float

    def do(self, sandbox: Sandbox) -> None:
        """Skip."""
        sandbox.skip(self.seconds)

    @property
    def words(self) -> str:
        """How far."""
        return f"skip {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class BreakArrow(Action):
    """Take the permission under an arrow away."""

    arrow: str

    def do(self, sandbox: Sandbox) -> None:
        """Break it."""
        sandbox.break_arrow(self.arrow)

    @property
    def words(self) -> str:
        """Which."""
        return f"break {self.arrow}"


@dataclass(frozen=True, slots=True)
class RestoreArrow(Action):
    """Give the permission under an arrow back."""

    arrow: str

    def do(self, sandbox: Sandbox) -> None:
        """Restore it."""
        sandbox.restore_arrow(self.arrow)

    @property
    def words(self) -> str:
        """Which."""
        return f"restore {self.arrow}"


@dataclass(frozen=True, slots=True)
class ReserveConcurrency(Action):
    """Reserve concurrency for the function; None takes the limit away."""

    concurrency: int | None

    def do(self, sandbox: Sandbox) -> None:
        """Reserve it."""
        sandbox.set_reserved_concurrency(self.concurrency)

    @property
    def words(self) -> str:
        """How much."""
        if self.concurrency is None:
            return "take the reserved concurrency away"
        return f"reserve a concurrency of {self.concurrency}"


@dataclass(frozen=True, slots=True)
class ConfigureMapping(Action):
    """Change the mappings of the queues; None leaves a setting as it is."""

    batch_size: int | None = None
    batching_window: int | None = None
    """Seconds."""

    maximum_concurrency: int | None = None

    def do(self, sandbox: Sandbox) -> None:
        """Configure them."""
        sandbox.configure_mapping(
            batch_size=self.batch_size,
            batching_window=self.batching_window,
            maximum_concurrency=self.maximum_concurrency,
        )

    @property
    def words(self) -> str:
        """Which settings."""
        settings = {
            "batch size": self.batch_size,
            "batching window": self.batching_window,
            "maximum concurrency": self.maximum_concurrency,
        }
        return "set " + ", ".join(f"{k} {v}" for k, v in settings.items() if v is not None)


@dataclass(frozen=True, slots=True)
class Redrive(Action):
    """Move what was dead-lettered back to its queue."""

    def do(self, sandbox: Sandbox) -> None:
        """Redrive."""
        sandbox.redrive()

    @property
    def words(self) -> str:
        """That it is redriven."""
        return "redrive the dead letters"


@dataclass(frozen=True, slots=True)
class EnableMapping(Action):
    """Let the mappings poll, or stop them."""

    enabled: bool

    def do(self, sandbox: Sandbox) -> None:
        """Enable or disable them."""
        sandbox.set_mapping_enabled(enabled=self.enabled)

    @property
    def words(self) -> str:
        """Which of the two."""
        return f"{'enable' if self.enabled else 'disable'} the event source mapping"


@dataclass(frozen=True, slots=True)
class CallApi(Action):
    """One API call of the learner's."""

    service: str
    """boto3's name of the service."""

    operation: str
    """boto3's name of the method: ``get_queue_attributes``."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    """With ``{account}`` in texts for the sandbox's account."""

    def do(self, sandbox: Sandbox) -> None:
        """Call."""
        call = getattr(sandbox.client(self.service), self.operation)
        call(**with_account(self.parameters, sandbox.topology.account))

    @property
    def words(self) -> str:
        """Which operation."""
        return f"call {self.service}.{self.operation}"


def with_account(value: Any, account: str) -> Any:
    """Return a document with ``{account}`` replaced in its texts."""
    match value:
        case str():
            return value.replace("{account}", account)
        case Mapping():
            return {name: with_account(entry, account) for name, entry in value.items()}
        case list() | tuple():
            return [with_account(entry, account) for entry in value]
    return value
