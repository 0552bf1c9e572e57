"""Bundled inputs: for each architecture something that it takes, and something that it cannot.

An upload or a published message is the file as it is. ``record.json`` and its broken twin are items
of plain strings, to be put into the table whose stream is read.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

_GOOD = {
    "thumbnails": ("photo.jpg",),
    "direct": ("photo.jpg",),
    "fanout": ("photo.jpg",),
    "eventbridge": ("photo.jpg",),
    "orders": ("order.json",),
    "logs": ("access.log",),
    "documents": ("document.json",),
    "records": ("record.json",),
}

_BROKEN = {
    "thumbnails": ("broken-photo.jpg",),
    "direct": ("broken-photo.jpg",),
    "fanout": ("broken-photo.jpg",),
    "eventbridge": ("broken-photo.jpg",),
    "orders": ("broken-order.json",),
    "logs": ("broken-access.log",),
    "documents": ("broken-document.json",),
    "records": ("broken-record.json",),
}


def bundled(topology_name: str) -> tuple[Traversable, ...]:
    """Return what an architecture is run with when nothing else is given.

    ``KeyError`` for a name that no architecture has.
    """
    return tuple(files(__name__) / name for name in _GOOD[topology_name])


def broken(topology_name: str) -> tuple[Traversable, ...]:
    """Return what an architecture's function can never work on; ``KeyError`` as ``bundled``.

    Of ``orders`` it is billing alone that refuses it, and of ``fanout`` the thumbnails.
    """
    return tuple(files(__name__) / name for name in _BROKEN[topology_name])
