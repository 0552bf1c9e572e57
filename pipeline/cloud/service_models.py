"""botocore's service models and handlers, read and registered once for the process.

The models are most of what a first client costs. moto reads them as well: to understand the calls
that it is sent, and to know in which Regions a service is; it is handed the same ones
(``emulator.py``). The handlers are most of what a further session costs.
"""

from __future__ import annotations

import copy
import functools

import botocore.session
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader

MODELS = Loader(extra_search_paths=[], include_default_search_paths=True)
"""What is installed, and nothing of the user's own in ``~/.aws/models``."""


def core_session() -> botocore.session.Session:
    """Return a session of botocore that reads no model anew and shares nothing it could change."""
    core = botocore.session.Session(
        event_hooks=copy.copy(_handlers()), include_builtin_handlers=False
    )
    core.register_component("data_loader", MODELS)
    return core


@functools.cache
def _handlers() -> HierarchicalEmitter:
    """Return the handlers that every session begins with."""
    emitter = HierarchicalEmitter()
    botocore.session.Session(event_hooks=emitter)
    return emitter
