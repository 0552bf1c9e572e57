"""Lambda: giving a function its role needs ``iam:PassRole`` too.

Only invoking, a function's own policy and provisioned concurrency look at the version or alias that
a call names: to every other action the function is one resource. Making and listing mappings know
no resources; the function is a condition key.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from pipeline.iam.actions import lambda_layers
from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    anywhere,
    named,
    no_resource,
    on,
    one,
    passing,
    together,
)

_NAME = re.compile(
    r"(?:(?P<arn>arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:)|(?P<account>\d{12}):function:"
    r"|function:)?(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>[$A-Za-z0-9_.-]+))?"
)
_URL = {"AuthType": "lambda:FunctionUrlAuthType"}
_GRANTING = {"Principal": "lambda:Principal", "FunctionUrlAuthType": "lambda:FunctionUrlAuthType"}
_SIGNED = {"CodeSigningConfigArn": "lambda:CodeSigningConfigArn"}
_IN_VPC = {"SecurityGroupIds": "lambda:SecurityGroupIds", "SubnetIds": "lambda:SubnetIds"}


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


def _qualified(parameters: Parameters, place: Place) -> str:
    """Return the ARN with its version or alias: a permission on the function does not cover it."""
    arn, qualifier = _parts(parameters, place)
    return f"{arn}:{qualifier}" if qualifier else arn


def _mapping(parameters: Parameters, place: Place) -> str:
    return place.arn("lambda", f"event-source-mapping:{parameters['UUID']}")


def _function_key(parameters: Parameters, place: Place) -> Mapping[str, ContextValue]:
    """Return the function that a call is for, or that its mapping invokes already."""
    if parameters.get("FunctionName"):
        return {"lambda:FunctionArn": _qualified(parameters, place)}
    found = place.lookups.mapped_function(str(parameters.get("UUID")))
    return {"lambda:FunctionArn": found} if found else {}


def _configuration(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of a function's layers and network."""
    network = parameters.get("VpcConfig") or {}
    keys: dict[str, ContextValue] = {
        key: tuple(network[name]) for name, key in _IN_VPC.items() if network.get(name)
    }
    layers = tuple(parameters.get("Layers") or ())
    return {**keys, "lambda:Layer": layers} if layers else keys


def _pass_role(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    return passing(parameters.get("Role"), "lambda.amazonaws.com")


def _use_layers(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    layers = parameters.get("Layers") or ()
    return tuple(Requirement("lambda:GetLayerVersion", arn) for arn in layers)


def _read_code(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    """Return what fetching a function's code needs: Lambda reads it from S3 as the caller."""
    code = parameters.get("Code") or parameters
    if not code.get("S3Bucket"):
        return ()
    version = code.get("S3ObjectVersion")
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    context = {"s3:VersionId": str(version)} if version else {}
    return (Requirement(action, f"arn:aws:s3:::{code['S3Bucket']}/{code['S3Key']}", context),)


_on_function = partial(on, "lambda", _function)

OPERATIONS: Mapping[str, Needs] = {
    **lambda_layers.OPERATIONS,
    **_on_function(
        "CreateAlias DeleteAlias DeleteFunction DeleteFunctionCodeSigningConfig "
        "DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig GetAlias GetFunction "
        "GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration "
        "GetFunctionEventInvokeConfig GetFunctionRecursionConfig GetFunctionScalingConfig "
        "GetPolicy GetRuntimeManagementConfig InvokeAsync ListAliases "
        "ListFunctionEventInvokeConfigs ListFunctionUrlConfigs ListProvisionedConcurrencyConfigs "
        "ListVersionsByFunction PublishVersion PutFunctionConcurrency "
        "PutFunctionEventInvokeConfig PutFunctionRecursionConfig PutFunctionScalingConfig "
        "PutRuntimeManagementConfig UpdateAlias UpdateFunctionEventInvokeConfig"
    ),
    **_on_function(
        "CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig "
        "UpdateFunctionUrlConfig",
        _URL,
        _function_key,
    ),
    **on("lambda", _qualified, "AddPermission RemovePermission", _GRANTING),
    **on(
        "lambda",
        _qualified,
        "DeleteProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig "
        "PutProvisionedConcurrencyConfig",
    ),
    **on(
        "lambda",
        _mapping,
        "DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping",
        _function_key,
    ),
    **on("lambda", named("Resource"), "ListTags"),
    **on("lambda", named("Resource"), "TagResource UntagResource", tags),
    **on(
        "lambda",
        named("CodeSigningConfigArn"),
        "DeleteCodeSigningConfig GetCodeSigningConfig ListFunctionsByCodeSigningConfig "
        "UpdateCodeSigningConfig",
    ),
    **on(
        "lambda",
        no_resource,
        "GetAccountSettings ListCodeSigningConfigs ListEventSourceMappings ListFunctions",
    ),
    "CreateCodeSigningConfig": anywhere("lambda:CreateCodeSigningConfig", tags),
    "CreateEventSourceMapping": anywhere("lambda:CreateEventSourceMapping", _function_key, tags),
    "CreateFunction": together(
        one("lambda:CreateFunction", _function, _configuration, _SIGNED, tags),
        _pass_role,
        tagging("lambda:TagResource", _function),
        _use_layers,
        _read_code,
    ),
    "Invoke": one("lambda:InvokeFunction", _qualified),
    "InvokeWithResponseStream": one("lambda:InvokeFunction", _qualified),
    "PutFunctionCodeSigningConfig": together(
        one("lambda:PutFunctionCodeSigningConfig", _function, _SIGNED),
        one("lambda:PutFunctionCodeSigningConfig", named("CodeSigningConfigArn"), _SIGNED),
    ),
    "UpdateFunctionCode": together(one("lambda:UpdateFunctionCode", _function), _read_code),
    "UpdateFunctionConfiguration": together(
        one("lambda:UpdateFunctionConfiguration", _function, _configuration),
        _pass_role,
        _use_layers,
    ),
}
