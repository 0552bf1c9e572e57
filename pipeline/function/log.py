"""The functions' log: on Lambda, what is written here goes to the function's log group.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("function")
LOGGER.setLevel(logging.INFO)


def shown(text: str) -> str:
    """Return a text for one line of the log: what cannot be printed is escaped."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def log_of_message(message_id: str | None) -> logging.LoggerAdapter[logging.Logger]:
    """Return the log whose lines carry a message's id, if there is one, as an attribute."""
    return logging.LoggerAdapter(LOGGER, {"message_id": message_id})
