"""botocore's service models, read once for the process.

They are most of what a first client costs. moto reads them as well: to understand the calls that it
is sent, and to know in which Regions a service is; it is handed the same ones (``emulator.py``).
"""

from __future__ import annotations

import botocore.session
from botocore.loaders import Loader

MODELS = Loader(extra_search_paths=[], include_default_search_paths=True)
"""What is installed, and nothing of the user's own in ``~/.aws/models``."""


def core_session() -> botocore.session.Session:
    """Return a session of botocore that reads no model anew."""
    core = botocore.session.Session()
    core.register_component("data_loader", MODELS)
    return core
