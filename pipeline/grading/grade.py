"""Grades documents: a fresh sandbox, the documents in their places, and the three questions.

Whether it *works* is seen by running the scenario. Whether *nothing else* is allowed and *nothing*
in it is *superfluous* is decided by evaluation, from the policies that then stand and the requests
that were made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.events import Emit
from pipeline.grading.battery import battery, key_battery
from pipeline.grading.callers import Asked, asked, decide
from pipeline.grading.documents import KEY, is_nothing, key_arn, put_all, written
from pipeline.grading.places import KEY_POLICY, locate
from pipeline.grading.recording import Needed, Recording, holder_of
from pipeline.grading.run import RestlessError, Run
from pipeline.grading.scenarios import find, parameter_problems
from pipeline.grading.shrinking import excess, whole_of
from pipeline.grading.values import (
    NOTHING_ELSE,
    NOTHING_SUPERFLUOUS,
    WORKS,
    Documents,
    Evidence,
    Forbidden,
    Grade,
    GradingError,
    Part,
    Refused,
    Setup,
    Tell,
)
from pipeline.iam.decisions import Decision
from pipeline.sandbox import Sandbox, UploadError

if TYPE_CHECKING:
    from pipeline.grading.scenarios import Scenario

SEED = 6001


def grade(
    setup: Setup,
    documents: Documents,
    tell: Tell | None = None,
    sandbox: Sandbox | None = None,
    watch: Emit = lambda _: None,
) -> Grade:
    """Grade documents.

    Args:
        setup: What they are graded against.
        documents: By place: the learner's, in the places that ``setup.start`` names.
        tell: Hears what is being looked at.
        sandbox: An open sandbox of the setup's architecture that nobody else uses; it is reset
            first. Without, one is opened and closed.
        watch: Hears every event of the scenario's run.

    Raises:
        GradingError: The grading itself failed, which says nothing about the documents.
    """
    hear = tell or (lambda _: None)
    problems = parameter_problems(setup.scenario, setup.parameters)
    if problems:
        raise GradingError(" ".join(problems))
    try:
        if sandbox is not None:
            sandbox.reset()
            return _Grading(setup, documents, hear, sandbox, watch).grade()
        with Sandbox(topology=setup.topology, seed=SEED) as opened:
            return _Grading(setup, documents, hear, opened, watch).grade()
    except GradingError:
        raise
    except Exception as error:
        raise GradingError(f"{type(error).__name__}: {error}") from error


class _Grading:
    """One grading on an open sandbox."""

    def __init__(
        self, setup: Setup, documents: Documents, tell: Tell, sandbox: Sandbox, watch: Emit
    ) -> None:
        self._setup = setup
        self._documents = documents
        self._tell = tell
        self._sandbox = sandbox
        self._scenario: Scenario = find(setup.scenario)
        self._recording = Recording()
        self._run = Run(sandbox, tell, watch)
        self._key = ""

    def grade(self) -> Grade:
        refused = self._put()
        if refused:
            works = _part(WORKS, tuple(map(_refusal, refused)))
            unseen = Evidence("not-looked-at", holds=False, words="A document was refused.")
            nothing_else = _part(NOTHING_ELSE, (unseen,))
            return Grade(works, nothing_else, _part(NOTHING_SUPERFLUOUS, (unseen,)), refused)
        before = self._allowed()
        works = _part(WORKS, tuple(self._works()))
        nothing_else = _part(NOTHING_ELSE, tuple(self._nothing_else(before)))
        if works.holds:
            superfluous = _part(NOTHING_SUPERFLUOUS, tuple(self._superfluous()))
        else:
            unseen = Evidence("not-looked-at", holds=False, words="It is looked at when it works.")
            superfluous = _part(NOTHING_SUPERFLUOUS, (unseen,))
        return Grade(works, nothing_else, superfluous)

    def _put(self) -> tuple[Refused, ...]:
        """Put everything in its place: what is given, how settings start, the learner's own."""
        self._tell("putting the documents in their places")
        topology = self._sandbox.topology
        places = {*self._setup.start, *self._setup.given, *self._documents}
        if KEY_POLICY in places:
            self._key = key_arn(self._sandbox)
        if self._scenario.prepare is not None:
            self._scenario.prepare(self._run)
        settings = {p: d for p, d in self._setup.start.items() if not locate(topology, p).is_policy}
        broken = put_all(self._sandbox, {**self._setup.given, **settings})
        if broken:
            raise GradingError(" ".join(refused.words() for refused in broken))
        return put_all(self._sandbox, self._documents)

    # -- works --

    def _works(self) -> Iterator[Evidence]:
        self._sandbox.forget_credentials()
        with (
            self._sandbox.heard_by(self._run.take),
            self._sandbox.decisions_heard_by(self._recording),
        ):
            try:
                self._scenario.act(self._run, **self._setup.parameters)
            except RestlessError as error:
                self._run.require("comes-to-rest", str(error), holds=False)
            except (ClientError, BotoCoreError, UploadError) as error:
                words = "You can still do what is needed to try it out."
                self._run.require("own-calls", words, str(error), holds=False)
        yield from self._run.outcomes

    # -- nothing else --

    def _battery(self) -> Iterator[tuple[str, Forbidden]]:
        """Yield everything that is to be denied, with its id."""
        standard = battery(self._sandbox.topology) + (key_battery(self._key) if self._key else ())
        yield from ((f"battery:{n}", forbidden) for n, forbidden in enumerate(standard))
        own = (*self._setup.forbidden, *self._run.forbidden)
        yield from ((f"forbidden:{n}", forbidden) for n, forbidden in enumerate(own))

    def _decide(self, forbidden: Forbidden) -> tuple[Asked, Decision]:
        request = asked(self._sandbox.topology, forbidden, self._key)
        return request, decide(self._sandbox, request)

    def _allowed(self) -> dict[str, Decision]:
        """Return what is allowed now, and may be denied later: a policy can look at the clock."""
        decided = ((name, self._decide(forbidden)[1]) for name, forbidden in self._battery())
        return {name: decision for name, decision in decided if decision.allowed}

    def _nothing_else(self, before: dict[str, Decision]) -> Iterator[Evidence]:
        self._tell(f"{NOTHING_ELSE}: deciding what must be denied")
        used = {_use(each) for each in self._recording.needed.values()}
        for identifier, forbidden in self._battery():
            request, decision = self._decide(forbidden)
            who = request.principal.role_arn or request.principal.arn
            use = who, request.action.lower(), whole_of(request.resource)
            is_standard = identifier.startswith("battery:")
            if not is_standard or forbidden.context or use not in used:
                yield _denied(identifier, forbidden, request, before.get(identifier, decision))

    # -- nothing superfluous --

    def _superfluous(self) -> Iterator[Evidence]:
        topology = self._sandbox.topology
        needed = tuple(self._recording.needed.values())
        for place, document in self._documents.items():
            location = locate(topology, place)
            text = written(document, topology.account).replace(KEY, self._key or KEY)
            if not location.grants or is_nothing(text):
                continue
            self._tell(f"{NOTHING_SUPERFLUOUS}: {place}")
            found = excess(place, text, holder_of(topology, location, self._key), needed)
            words = f"Everything in {place} is needed."
            yield from found or (Evidence(f"all-needed:{place}", holds=True, words=words),)


def _denied(identifier: str, forbidden: Forbidden, request: Asked, decision: Decision) -> Evidence:
    source = request.context.get("aws:SourceArn")
    caller = request.principal.arn + (f" for {source}" if source else "")
    return Evidence(
        identifier,
        holds=not decision.allowed,
        words=f"{caller} may not {request.action} on {request.resource}.",
        details=(forbidden.why, *((f"It is {decision.reason}.",) if decision.allowed else ())),
    )


def _use(needed: Needed) -> tuple[str, str, str]:
    request = needed.request
    who = request.principal.role_arn or request.principal.arn
    return who, request.action.lower(), whole_of(request.resource)


def _part(name: str, evidence: tuple[Evidence, ...]) -> Part:
    return Part(name, all(each.holds for each in evidence), evidence)


def _refusal(refused: Refused) -> Evidence:
    words = f"{refused.place} is taken by its service."
    return Evidence(
        f"refused:{refused.place}",
        holds=False,
        words=words,
        details=(f"{refused.code}: {refused.message}",),
    )
