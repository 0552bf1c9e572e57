"""Lambda: giving a function its role needs ``iam:PassRole`` too.

Making and listing mappings know no resources; the function is a condition key.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    anywhere,
    given,
    one,
    together,
)

_NAME = re.compile(
    r"(?:(?P<arn>arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:)|(?P<account>\d{12}):function:"
    r"|function:)?(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>[$A-Za-z0-9_.-]+))?"
)


def _parts(parameters: Parameters, place: Place) -> tuple[str, str | None]:
    """Return a function's ARN without a qualifier, and the qualifier; it is named in four ways."""
    given_name = parameters["FunctionName"]
    found = _NAME.fullmatch(given_name)
    if found is None:
        raise UnknownOperationError(f"{given_name!r} does not name a Lambda function.")
    account = found["account"] or place.account
    prefix = found["arn"] or f"arn:aws:lambda:{place.region}:{account}:function:"
    return prefix + found["name"], parameters.get("Qualifier") or found["qualifier"]


def _function(parameters: Parameters, place: Place) -> str:
    return _parts(parameters, place)[0]


def _invoked(parameters: Parameters, place: Place) -> str:
    """Return the ARN with its version or alias: a permission on the function does not cover it."""
    arn, qualifier = _parts(parameters, place)
    return f"{arn}:{qualifier}" if qualifier else arn


def _mapping(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"event-source-mapping:{parameters['UUID']}")


def _on_mapping(operation: str, resource: str | None = None) -> Needs:
    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        context = (
            {"lambda:FunctionArn": _invoked(parameters, place)}
            if parameters.get("FunctionName")
            else {}
        )
        arn = resource or _mapping(parameters, place)
        return (Requirement(f"lambda:{operation}", arn, context),)

    return needs


def _pass_role(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    context = {"iam:PassedToService": "lambda.amazonaws.com"}
    return (Requirement("iam:PassRole", parameters["Role"], context),)


_ON_A_FUNCTION = (
    "DeleteFunction",
    "DeleteFunctionConcurrency",
    "GetFunction",
    "GetFunctionConcurrency",
    "GetFunctionConfiguration",
    "GetPolicy",
    "PutFunctionConcurrency",
    "RemovePermission",
    "UpdateFunctionCode",
)

OPERATIONS: Mapping[str, Needs] = {
    **{name: one(f"lambda:{name}", _function) for name in _ON_A_FUNCTION},
    "AddPermission": one("lambda:AddPermission", _function, {"Principal": "lambda:Principal"}),
    "CreateEventSourceMapping": _on_mapping("CreateEventSourceMapping", "*"),
    "CreateFunction": together(
        one("lambda:CreateFunction", _function),
        _pass_role,
        given(("Tags",), one("lambda:TagResource", _function)),
    ),
    "DeleteEventSourceMapping": _on_mapping("DeleteEventSourceMapping"),
    "GetEventSourceMapping": _on_mapping("GetEventSourceMapping"),
    "Invoke": one("lambda:InvokeFunction", _invoked),
    "ListEventSourceMappings": anywhere("lambda:ListEventSourceMappings"),
    "ListFunctions": anywhere("lambda:ListFunctions"),
    "UpdateEventSourceMapping": _on_mapping("UpdateEventSourceMapping"),
    "UpdateFunctionConfiguration": together(
        one("lambda:UpdateFunctionConfiguration", _function), given(("Role",), _pass_role)
    ),
}
