"""What the Service Authorization Reference says: actions, resource types, condition keys.

One text for each service that the pipeline meets, with the address of its page; ``services.txt``
has the prefixes of all services and ``global.txt`` the condition keys that all of them know.

A text has sections. ``[resources]`` names each type's ARN: ``{Name}`` stands for a part without
``:`` and ``/``, and ``{Name...}`` for any. ``[actions]`` has them after the resource types they
know, ``*`` for none. ``[operations]`` has API operations that no action is named after, with the
actions that they need, and ``[keys]`` condition keys by type.
"""

from pipeline.iam.catalogue.coverage import applies, known_actions, resource_shapes
from pipeline.iam.catalogue.services import (
    DETAILED,
    KnownAction,
    KnownKey,
    ServiceCatalogue,
    global_keys,
    service_catalogue,
    service_prefixes,
)
from pipeline.iam.catalogue.shapes import ArnShape

__all__ = [
    "DETAILED",
    "ArnShape",
    "KnownAction",
    "KnownKey",
    "ServiceCatalogue",
    "applies",
    "global_keys",
    "known_actions",
    "resource_shapes",
    "service_catalogue",
    "service_prefixes",
]
