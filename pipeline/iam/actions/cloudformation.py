"""CloudFormation, to read: an action on a stack that is named without its id is on ``NAME/*``.

What makes or changes stacks is not here: it needs the permissions of everything in them.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import Needs, Parameters, Place, Requirement, no_resource, on, one

_TEMPLATE = {"TemplateURL": "cloudformation:TemplateUrl"}
_CHANGES = {"ChangeSetName": "cloudformation:ChangeSetName"}


def _stack_arn(name: str, place: Place) -> str:
    return name if name.startswith("arn:") else place.arn("cloudformation", f"stack/{name}/*")


def _stack(parameters: Parameters, place: Place) -> str:
    name = parameters.get("StackName")
    if not name:
        raise UnknownOperationError("Which stack is meant is not known here; give its StackName.")
    return _stack_arn(str(name), place)


def _stacks(parameters: Parameters, place: Place) -> str:
    """Return one stack, or all when none is named."""
    name = parameters.get("StackName")
    return _stack_arn(str(name), place) if name else "*"


def _describe_stacks(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what describing stacks needs: all of them are listed too."""
    needed = one("cloudformation:DescribeStacks", _stacks)(parameters, place)
    if parameters.get("StackName"):
        return needed
    return (*needed, Requirement("cloudformation:ListStacks", "*"))


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "cloudformation",
        _stack,
        "DescribeStackEvents DescribeStackResource DescribeStackResourceDrifts "
        "DescribeStackResources DetectStackDrift DetectStackResourceDrift GetStackPolicy "
        "GetTemplate ListChangeSets ListStackResources",
    ),
    **on("cloudformation", _stack, "DescribeChangeSet DescribeChangeSetHooks", _CHANGES),
    **on(
        "cloudformation",
        no_resource,
        "DescribeAccountLimits DescribeStackDriftDetectionStatus DescribeType ListExports "
        "ListImports ListStackSets ListStacks ListTypeRegistrations ListTypeVersions ListTypes",
    ),
    **on("cloudformation", no_resource, "EstimateTemplateCost ValidateTemplate", _TEMPLATE),
    **on("cloudformation", _stacks, "GetTemplateSummary", _TEMPLATE),
    "DescribeStacks": _describe_stacks,
}
