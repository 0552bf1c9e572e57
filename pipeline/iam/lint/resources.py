"""Warnings about resources: ARNs of the wrong shape, and actions that cannot be done on them.

An action is only allowed on resources of the types it knows; one that knows none is only allowed by
a statement whose Resource is ``*``.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.iam.catalogue import KnownAction, applies, known_actions, resource_shapes
from pipeline.iam.glob import pieces_of
from pipeline.iam.lint.arns import shape_remark
from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.variables import Template
from pipeline.iam.written import StatementView, Text


@dataclass(frozen=True, slots=True)
class _Resource:
    text: Text
    template: Template


def resources(statement: StatementView) -> Iterator[Remark]:
    """Yield remarks on a statement's resources, and on how its actions go with them."""
    found = []
    for text in statement.texts("Resource"):
        template = statement.template(text.value)
        if template is None:
            return
        found.append(_Resource(text, template))
    misshapen = False
    for text in (*statement.texts("Resource"), *statement.texts("NotResource")):
        for remark in shape_remark(statement, text):
            misshapen = True
            yield remark
    if not misshapen and found and not any(entry.text.value == "*" for entry in found):
        yield from _fit(statement, found)


def _fit(statement: StatementView, found: list[_Resource]) -> Iterator[Remark]:
    texts = statement.texts("Action")
    covered = [known_actions(text.value) for text in texts]
    templates = tuple(entry.template for entry in found)
    complained = False
    for text, actions in zip(texts, covered, strict=True):
        if actions and not any(applies(action, templates) for action in actions):
            complained = True
            yield _unfit(text, actions, found)
    if complained or None in covered or not texts:
        return
    every = {action for actions in covered for action in actions or ()}
    for entry in found:
        if every and not any(applies(action, (entry.template,)) for action in every):
            yield warning(
                "resource-without-action",
                f'No action of the statement can be done on "{entry.text.value:.120}".',
                entry.text.path,
                suggestion=f"They are done on {_examples(every)}.",
            )


def _unfit(text: Text, actions: tuple[KnownAction, ...], found: list[_Resource]) -> Remark:
    if not any(action.resources for action in actions):
        return warning(
            "action-needs-star",
            f'{text.value} knows no resources, so only a statement with Resource "*" allows it.',
            text.path,
            suggestion='Give it a statement of its own with "Resource": "*".',
        )
    suggestion = f"It is done on {_examples(set(actions))}."
    repaired = _repaired(actions, found)
    if repaired:
        suggestion = f"Add the resource {repaired}."
    return warning(
        "action-without-resource",
        f"{text.value} cannot be done on any resource of the statement.",
        text.path,
        suggestion=suggestion,
    )


def _repaired(actions: tuple[KnownAction, ...], found: list[_Resource]) -> str | None:
    """Return a statement's only resource as an ARN of the type that the actions know."""
    if len(found) != 1:
        return None
    arn = found[0].text.value
    base = arn.partition("/")[0] if arn.startswith("arn:aws:s3:::") else arn
    candidates = (base, f"{arn}:*", f"{base}/*", f"{arn}/index/*", arn.removesuffix("/*"))
    for candidate in candidates:
        if candidate != arn and all(applies(action, (pieces_of(candidate),)) for action in actions):
            return candidate
    return None


def _examples(actions: Iterable[KnownAction]) -> str:
    """Return the ARNs that actions know, at most three."""
    shapes = {shape.example for action in actions for shape in resource_shapes(action)}
    listed = sorted(shapes, key=lambda shape: (len(shape), shape))
    return ", ".join(listed[:3]) + (" …" if len(listed) > 3 else "")
