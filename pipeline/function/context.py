"""What the handler uses of the context object that Lambda passes.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

from __future__ import annotations

from typing import Protocol


class LambdaContext(Protocol):
    """The context of one invocation."""

    @property
    def aws_request_id(self) -> str:
        """The id of the invocation."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left before Lambda ends the invocation."""
        ...
