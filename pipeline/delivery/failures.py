"""How a delivery of SNS or EventBridge fails: for good, or for a reason that may pass.

Both services retry when the endpoint is throttled or out of order, and neither does when it
refuses: permission that is missing, an endpoint that is not there, a message it does not take.
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

_THROTTLES = ("Throttl", "TooManyRequests", "RequestThrottled", "OverLimit")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a delivery did not arrive."""

    code: str
    reason: str
    """As the endpoint's service words it."""

    may_pass: bool
    """Whether another attempt may succeed: a throttle, or an error on the service's side."""

    @property
    def is_throttle(self) -> bool:
        """Whether the endpoint took no more just then."""
        return self.may_pass and any(word in self.code for word in _THROTTLES)


def failure_of(error: ClientError) -> Failure:
    """Return what an endpoint's error means for its delivery."""
    code = str(error.response["Error"]["Code"])
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    may_pass = status >= 500 or any(word in code for word in _THROTTLES)
    return Failure(code, str(error.response["Error"]["Message"]), may_pass)
