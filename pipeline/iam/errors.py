"""What can go wrong.

::

    ValueError
    ├── PolicyError               a policy document is malformed
    └── QuestionError             a question is malformed, or a policy in it
    LookupError
    └── UnknownOperationError     an API call is not in the table of operations
"""

from __future__ import annotations


class PolicyError(ValueError):
    """A policy document is malformed; the message is one sentence that says what and where."""


class QuestionError(ValueError):
    """A question cannot be read; the message is one sentence that says what and where."""


class UnknownOperationError(LookupError):
    """Nobody has written down what an API call needs, so it cannot be authorized."""

    def __str__(self) -> str:
        """Return the sentence as it is, without the quotes of ``KeyError``."""
        return str(self.args[0]) if self.args else ""
