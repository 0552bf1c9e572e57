"""How a service refuses a policy that is put, in its own words.

Services tell less than the linter does, and each says it differently. ``Sentence`` has the words
and where they were seen; what was seen nowhere says so, and its words are then ours or the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.iam.errors import PolicyError
from pipeline.iam.lint.grammar import grammar
from pipeline.iam.lint.loading import UnreadableError, load
from pipeline.iam.lint.remarks import Remark, error
from pipeline.iam.policy import PolicyKind, parse_policy
from pipeline.iam.positions import Path
from pipeline.iam.written import PolicyView, StatementView, Text


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a service says."""

    words: str
    """With ``{}`` where it names something."""

    seen: str = ""
    """The address of a report, or an emulator's test, that has it from a real answer; or empty."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A service's answer to a policy that it does not take."""

    code: str
    message: str
    status: int
    """Of HTTP."""

    path: Path
    """What in the policy it is about."""

    advice: str
    """What to do; empty where the message says it. The service does not tell."""

    seen: str
    """The address of a report, or of an emulator's test, that has the words; or empty."""


@dataclass(frozen=True, slots=True)
class Put:
    """A policy on its way to where it is to be kept."""

    text: str
    kind: PolicyKind

    policy: PolicyView
    """Empty when the text is no JSON object."""

    remarks: tuple[Remark, ...]
    """What the grammar does not allow."""

    holder: str
    """What keeps it: role, user, group, policy, bucket, queue …"""

    name: str
    """Of the holder."""

    others: int
    """Characters of the holder's other inline policies, without white space."""

    resource: str | None
    """The ARN of the resource whose policy it is, where that matters."""

    exists: Callable[[str], bool]
    """Tells whether a principal that is named by its ARN or its unique id exists."""

    def first(self, *codes: str) -> Remark | None:
        """Return the first remark with one of some codes."""
        return next((remark for remark in self.remarks if remark.code in codes), None)

    def of(self, *codes: str) -> Iterable[Remark]:
        """Return the remarks with one of some codes."""
        return (remark for remark in self.remarks if remark.code in codes)

    def at(self, path: Path) -> Any:
        """Return the value that stands somewhere in the policy, or None."""
        value: Any = self.policy.document
        for step in path:
            try:
                value = value[step]
            except (LookupError, TypeError):
                return None
        return value

    def missing_principal(self) -> Text | None:
        """Return the first principal that does not exist."""
        for statement in self.policy.statements:
            for element in ("Principal", "NotPrincipal"):
                for text in statement.texts(element, "AWS"):
                    if not self.exists(text.value):
                        return text
        return None


Rule = Callable[[Put], Refusal | None]


def read_put(
    text: str,
    kind: PolicyKind,
    *,
    holder: str,
    name: str,
    others: int,
    resource: str | None,
    exists: Callable[[str], bool],
) -> Put:
    """Return a policy as services look at it."""
    try:
        document, _ = load(text)
    except UnreadableError as unreadable:
        policy = PolicyView({}, kind)
        remarks: tuple[Remark, ...] = (unreadable.remark,)
    else:
        policy = PolicyView(document, kind)
        remarks = tuple(grammar(policy)) or _whole(policy)
    return Put(text, kind, policy, remarks, holder, name, others, resource, exists)


def _whole(policy: PolicyView) -> tuple[Remark, ...]:
    try:
        parse_policy(policy.document, kind=policy.kind)
    except PolicyError as refused:
        return (error("malformed", str(refused), ("Statement",)),)
    return ()


def refuse(
    code: str,
    sentence: Sentence,
    *named: str,
    status: int = 400,
    about: Remark | Text | StatementView | None = None,
    advice: str = "",
) -> Refusal:
    """Return a refusal.

    Args:
        code: The error's code.
        sentence: What the service says.
        named: What the sentence names.
        status: Of HTTP.
        about: What in the policy it is about.
        advice: What to do; a remark brings its own.
    """
    words = sentence.words.format(*named)
    if isinstance(about, Remark) and not advice:
        advice = f"{about.message} {about.suggestion}".strip()
    return Refusal(code, words, status, about.path if about else (), advice, sentence.seen)
