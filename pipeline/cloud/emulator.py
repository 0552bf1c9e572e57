"""The one emulated cloud of this process, and what stands in it.

moto's state belongs to the process and is kept apart by account: each open sandbox has its own
account id and its own bucket names (bucket names are global, as on AWS). This module is the only
door into moto besides the corrections in ``fidelity/``: it forwards calls that the gate has let
through, reads stored policies for the gate, reads queue and bucket state for the diagram, and
clears one account. moto's own switch (``mock_aws``) never runs: it would answer every client of
the process, past the gate.
"""

from __future__ import annotations

import functools
import importlib
import random
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto import backends
from moto.core import utils as moto_utils
from moto.core.base_backend import AccountSpecificBackend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.loaders import create_loader
from moto.moto_api._internal import mock_random

from pipeline.clock import Clock
from pipeline.cloud.object_changes import drop_changes
from pipeline.cloud.service_models import core_session
from pipeline.cloud.stored import Stored
from pipeline.cloud.stored_policies import StoredPolicies
from pipeline.cloud.stored_queues import StoredQueues
from pipeline.fidelity import apply_corrections
from pipeline.fidelity.entered import entered

FIRST_ACCOUNT = 123456789012
SERVICES = ("s3", "sqs", "dynamodb", "iam", "sts", "lambda", "logs")
_MODULES = ("s3", "s3control", "sqs", "dynamodb", "iam", "sts", "awslambda", "logs")


_LATER = ("cloudformation", "dynamodbstreams", "events", "kms", "sns")
"""Services that no topology needs: moto loads each with its first call."""


def _used_later() -> tuple[str, ...]:
    return tuple(service for service in _LATER if f"moto.{service}.models" in sys.modules)


@functools.lru_cache(maxsize=1)
def _load_moto() -> BotocoreStubber:
    """Import the emulated services and correct them; return moto's request dispatcher."""
    for module in _MODULES:
        importlib.import_module(f"moto.{module}.responses")
    apply_corrections()
    _share_service_models()
    stubber = BotocoreStubber()
    stubber.enabled = True
    return stubber


@functools.cache
def _correct_again(_used: tuple[str, ...]) -> None:
    """Correct what moto has loaded since: once for each set of services used later."""
    apply_corrections()


def _share_service_models() -> None:
    """Let moto search botocore's folders once, and find Regions in what our clients have read.

    By itself it searches them anew for each service, and reads each model a second time to learn
    the service's Regions: together a fifth of what opening a sandbox would take.
    """
    session = boto3.Session(botocore_session=core_session())
    moto_utils.create_loader = functools.cache(create_loader)  # type: ignore[attr-defined]
    AccountSpecificBackend.get_session = classmethod(lambda _: session)  # type: ignore[assignment, method-assign]


@dataclass(slots=True)
class _Accounts:
    """The account ids in use."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: set[str] = field(default_factory=set)

    def take(self) -> str:
        with self.lock:
            number = FIRST_ACCOUNT
            while str(number) in self.taken:
                number += 1
            self.taken.add(str(number))
            return str(number)

    def give_back(self, account: str) -> None:
        with self.lock:
            self.taken.discard(account)


_ACCOUNTS = _Accounts()


class Emulator:
    """One account of the emulated cloud, at one clock's time."""

    def __init__(self, clock: Clock, region: str, seed: int | None = None) -> None:
        self.clock = clock
        self.region = region
        self.account = _ACCOUNTS.take()
        self._stubber = _load_moto()
        self._seed = seed
        self._random_state = self._seeded_state()
        self._backends: dict[tuple[str, str], Any] = {}
        queues = StoredQueues(clock, region, self.account, self._backend)
        self.stored = Stored(clock, region, self.account, self._backend, queues)
        self.policies = StoredPolicies(region, self.account, self._backend, _bucket_owner)

    def close(self) -> None:
        """Throw the account's content away and give its id back."""
        self.clear()
        _ACCOUNTS.give_back(self.account)

    def clear(self) -> None:
        """Throw the account's content away; other accounts keep theirs."""
        with entered(self.clock):
            for service in (*SERVICES, *_used_later()):
                for backend in self._account_backends(service).values():
                    backend.reset()
            s3: Any = backends.get_backend("s3")
            for bucket, (_, account) in list(s3.bucket_accounts.items()):
                if account == self.account:
                    del s3.bucket_accounts[bucket]
            self._random_state = self._seeded_state()

    def forward(self, request: AWSPreparedRequest) -> AWSResponse:
        """Let moto answer one HTTP request in this account, at this clock's time."""
        request.headers["x-moto-account-id"] = self.account
        drop_changes()
        with entered(self.clock):
            self.clock.tick()
            before = mock_random.getstate() if self._random_state else None
            if self._random_state:
                mock_random.setstate(self._random_state)
            try:
                response: AWSResponse | None = self._stubber("before-send", request)
                _correct_again(_used_later())
            finally:
                if before:
                    self._random_state = mock_random.getstate()
                    mock_random.setstate(before)
        if response is None:
            raise LookupError(f"{request.url} is not a service that the sandbox emulates.")
        return response

    # -- inside --

    def _backend(self, service: str, region: str) -> Any:
        """Return a service's records: the same object also after they are cleared."""
        backend = self._backends.get((service, region))
        if backend is None:
            backend = self._backends[service, region] = self._account_backends(service)[region]
        return backend

    def _account_backends(self, service: str) -> Any:
        return backends.get_backend(service)[self.account]  # type: ignore[call-overload]

    def dice(self) -> random.Random | None:
        """Return what makes the same ids in every run; None without a seed.

        The account counts too: sandboxes of one seed that are open at once must not make the same
        access keys.
        """
        if self._seed is None:
            return None
        return random.Random(f"{self._seed} {self.account}")  # noqa: S311 - ids, no secrets

    def _seeded_state(self) -> tuple[Any, ...] | None:
        dice = self.dice()
        return None if dice is None else dice.getstate()


def _bucket_owner(bucket: str) -> str | None:
    s3: Any = backends.get_backend("s3")
    return s3.bucket_accounts[bucket][1] if bucket in s3.bucket_accounts else None
