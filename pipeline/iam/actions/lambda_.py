"""Lambda: making a function hands it a role, so it needs ``iam:PassRole`` too.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, Requirement, anywhere, one


def _function(parameters: Parameters, place: Place) -> str:
    name = parameters["FunctionName"]
    return name if name.startswith("arn:") else place.arn("lambda", f"function:{name}")


def _mapping(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"event-source-mapping:{parameters['UUID']}")


def _create_function(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    return (
        Requirement("lambda:CreateFunction", _function(parameters, place)),
        Requirement(
            "iam:PassRole", parameters["Role"], {"iam:PassedToService": "lambda.amazonaws.com"}
        ),
    )


def _create_mapping(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """The action knows no resources; the function is a condition key."""
    context = {"lambda:FunctionArn": _function(parameters, place)}
    return (Requirement("lambda:CreateEventSourceMapping", "*", context),)


OPERATIONS: Mapping[str, Needs] = {
    "AddPermission": one("lambda:AddPermission", _function),
    "CreateEventSourceMapping": _create_mapping,
    "CreateFunction": _create_function,
    "DeleteEventSourceMapping": one("lambda:DeleteEventSourceMapping", _mapping),
    "DeleteFunction": one("lambda:DeleteFunction", _function),
    "DeleteFunctionConcurrency": one("lambda:DeleteFunctionConcurrency", _function),
    "GetEventSourceMapping": one("lambda:GetEventSourceMapping", _mapping),
    "GetFunction": one("lambda:GetFunction", _function),
    "GetFunctionConfiguration": one("lambda:GetFunctionConfiguration", _function),
    "Invoke": one("lambda:InvokeFunction", _function),
    "ListEventSourceMappings": anywhere("lambda:ListEventSourceMappings"),
    "ListFunctions": anywhere("lambda:ListFunctions"),
    "PutFunctionConcurrency": one("lambda:PutFunctionConcurrency", _function),
    "UpdateEventSourceMapping": one("lambda:UpdateEventSourceMapping", _mapping),
    "UpdateFunctionConfiguration": one("lambda:UpdateFunctionConfiguration", _function),
}
