"""Which known actions a pattern covers, and on what they can be done."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from pipeline.iam.catalogue.services import KnownAction, service_catalogue
from pipeline.iam.catalogue.shapes import ArnShape
from pipeline.iam.variables import Template


def known_actions(pattern: str) -> tuple[KnownAction, ...] | None:
    """Return the known actions that a pattern covers; None when it may cover unknown ones."""
    prefix, _, name = pattern.partition(":")
    catalogue = service_catalogue(prefix.lower())
    return catalogue.matching(name) if catalogue is not None else None


def resource_shapes(action: KnownAction) -> tuple[ArnShape, ...]:
    """Return the ARNs of the types of resource that an action knows."""
    catalogue = service_catalogue(action.service)
    if catalogue is None:
        raise LookupError(f"The resources of {action.service} are not known here.")
    return tuple(catalogue.resources[type_] for type_ in action.resources)


def applies(action: KnownAction, templates: Iterable[Template]) -> bool:
    """Tell whether an action can be done on anything that some resource patterns cover."""
    return _applies(action.service, action.resources, tuple(templates))


@functools.lru_cache(maxsize=4096)
def _applies(prefix: str, types: tuple[str, ...], templates: tuple[Template, ...]) -> bool:
    return any(_covers(prefix, type_, template) for type_ in types for template in templates)


@functools.lru_cache(maxsize=4096)
def _covers(prefix: str, type_: str, template: Template) -> bool:
    catalogue = service_catalogue(prefix)
    return catalogue is not None and catalogue.resources[type_].overlaps(template)
