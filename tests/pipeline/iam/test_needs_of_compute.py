"""What calls to Lambda, CloudWatch Logs and CloudFormation need: the traps."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.iam.operations import UnknownOperationError
from tests.pipeline.iam.service_models import ACCOUNT, QUEUE, REGION, needed, pairs

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnailer"
MAPPING = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:1234"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:pillow"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/thumbnailer"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/thumbnailer"
GROUP = {"logGroupName": "/aws/lambda/thumbnailer"}
STACKS = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"


# -- Lambda ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"FunctionName": "thumbnailer"}, FUNCTION),
        ({"FunctionName": "function:thumbnailer"}, FUNCTION),
        ({"FunctionName": FUNCTION}, FUNCTION),
        ({"FunctionName": f"{ACCOUNT}:function:thumbnailer"}, FUNCTION),
        ({"FunctionName": "thumbnailer", "Qualifier": "live"}, f"{FUNCTION}:live"),
        ({"FunctionName": "thumbnailer:live"}, f"{FUNCTION}:live"),
        ({"FunctionName": f"{FUNCTION}:3"}, f"{FUNCTION}:3"),
        ({"FunctionName": "thumbnailer", "Qualifier": "$LATEST"}, f"{FUNCTION}:$LATEST"),
    ],
)
@pytest.mark.parametrize("operation", ["Invoke", "InvokeWithResponseStream"])
def test_invoking_needs_the_function_as_it_is_named(
    operation: str, parameters: dict[str, str], expected: str
) -> None:
    assert [("lambda:InvokeFunction", expected)] == pairs("lambda", operation, **parameters)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("AddPermission", f"{FUNCTION}:live"),
        ("RemovePermission", f"{FUNCTION}:live"),
        ("PutProvisionedConcurrencyConfig", f"{FUNCTION}:live"),
        ("GetFunction", FUNCTION),
        ("GetPolicy", FUNCTION),
        ("GetFunctionUrlConfig", FUNCTION),
        ("PutFunctionEventInvokeConfig", FUNCTION),
    ],
)
def test_few_actions_look_at_the_alias(operation: str, expected: str) -> None:
    found = pairs("lambda", operation, FunctionName="thumbnailer", Qualifier="live")
    assert [(f"lambda:{operation}", expected)] == found


@pytest.mark.parametrize("name", ["no spaces", "", "arn:aws:s3:::bucket", "a:b:c"])
def test_a_function_that_cannot_be_named_so_is_refused(name: str) -> None:
    with pytest.raises(UnknownOperationError, match="does not name a Lambda function"):
        needed("lambda", "Invoke", FunctionName=name)


def test_making_a_function_passes_its_role() -> None:
    create, passed = needed("lambda", "CreateFunction", FunctionName="thumbnailer", Role=ROLE)
    assert (create.action, create.resource) == ("lambda:CreateFunction", FUNCTION)
    assert (passed.action, passed.resource) == ("iam:PassRole", ROLE)
    assert passed.context == {"iam:PassedToService": "lambda.amazonaws.com"}


def test_giving_a_function_another_role_passes_that_role() -> None:
    plain = pairs("lambda", "UpdateFunctionConfiguration", FunctionName="thumbnailer")
    assert plain == [("lambda:UpdateFunctionConfiguration", FUNCTION)]
    with_role = pairs(
        "lambda", "UpdateFunctionConfiguration", FunctionName="thumbnailer", Role=ROLE
    )
    assert ("iam:PassRole", ROLE) in with_role


@pytest.mark.parametrize("operation", ["CreateFunction", "UpdateFunctionConfiguration"])
def test_layers_are_read_and_are_a_condition_key(operation: str) -> None:
    found = needed(
        "lambda", operation, FunctionName="thumbnailer", Role=ROLE, Layers=[f"{LAYER}:3"]
    )
    assert found[0].context["lambda:Layer"] == (f"{LAYER}:3",)
    assert ("lambda:GetLayerVersion", f"{LAYER}:3") in [(r.action, r.resource) for r in found]


def test_a_network_is_a_condition_key() -> None:
    network = {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    found = needed("lambda", "CreateFunction", FunctionName="f", Role=ROLE, VpcConfig=network)
    assert found[0].context == {
        "lambda:SubnetIds": ("subnet-1", "subnet-2"),
        "lambda:SecurityGroupIds": ("sg-1",),
    }


@pytest.mark.parametrize(
    ("operation", "parameters", "action"),
    [
        ("CreateFunction", {"Code": {"S3Bucket": "code", "S3Key": "f.zip"}}, "s3:GetObject"),
        ("UpdateFunctionCode", {"S3Bucket": "code", "S3Key": "f.zip"}, "s3:GetObject"),
        (
            "UpdateFunctionCode",
            {"S3Bucket": "code", "S3Key": "f.zip", "S3ObjectVersion": "3"},
            "s3:GetObjectVersion",
        ),
    ],
)
def test_code_in_s3_is_read_as_the_caller(
    operation: str, parameters: dict[str, Any], action: str
) -> None:
    found = pairs("lambda", operation, FunctionName="f", Role=ROLE, **parameters)
    assert found[-1] == (action, "arn:aws:s3:::code/f.zip")


def test_making_a_mapping_knows_no_resource_but_the_functions_key() -> None:
    (found,) = needed(
        "lambda", "CreateEventSourceMapping", FunctionName="thumbnailer", EventSourceArn=QUEUE
    )
    assert (found.action, found.resource) == ("lambda:CreateEventSourceMapping", "*")
    assert found.context == {"lambda:FunctionArn": FUNCTION}


@pytest.mark.parametrize(
    ("operation", "parameters", "function"),
    [
        ("DeleteEventSourceMapping", {}, FUNCTION),
        ("GetEventSourceMapping", {}, FUNCTION),
        ("UpdateEventSourceMapping", {}, FUNCTION),
        ("UpdateEventSourceMapping", {"FunctionName": f"{FUNCTION}:live"}, f"{FUNCTION}:live"),
    ],
)
def test_changing_a_mapping_needs_the_mapping_and_tells_its_function(
    operation: str, parameters: dict[str, str], function: str
) -> None:
    (found,) = needed("lambda", operation, UUID="1234", **parameters)
    assert (found.action, found.resource) == (f"lambda:{operation}", MAPPING)
    assert found.context == {"lambda:FunctionArn": function}


def test_whom_a_permission_is_for_is_a_condition_key() -> None:
    (found,) = needed(
        "lambda",
        "AddPermission",
        FunctionName="thumbnailer",
        Principal="sns.amazonaws.com",
        FunctionUrlAuthType="NONE",
    )
    assert found.context == {
        "lambda:Principal": "sns.amazonaws.com",
        "lambda:FunctionUrlAuthType": "NONE",
    }


def test_a_functions_address_is_opened_with_its_kind_of_authorization() -> None:
    (found,) = needed(
        "lambda",
        "CreateFunctionUrlConfig",
        FunctionName="thumbnailer",
        Qualifier="live",
        AuthType="NONE",
    )
    assert (found.action, found.resource) == ("lambda:CreateFunctionUrlConfig", FUNCTION)
    assert found.context == {
        "lambda:FunctionUrlAuthType": "NONE",
        "lambda:FunctionArn": f"{FUNCTION}:live",
    }


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        (
            "PublishLayerVersion",
            {"LayerName": "pillow", "Content": {}},
            ("PublishLayerVersion", ""),
        ),
        (
            "GetLayerVersion",
            {"LayerName": LAYER, "VersionNumber": 3},
            ("GetLayerVersion", ":3"),
        ),
        ("GetLayerVersionByArn", {"Arn": f"{LAYER}:3"}, ("GetLayerVersion", ":3")),
    ],
)
def test_a_layer_is_published_and_its_versions_are_read(
    operation: str, parameters: dict[str, Any], expected: tuple[str, str]
) -> None:
    action, version = expected
    assert [(f"lambda:{action}", f"{LAYER}{version}")] == pairs("lambda", operation, **parameters)


# -- CloudWatch Logs -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["CreateLogStream", "PutLogEvents", "GetLogEvents"])
def test_a_log_stream_is_the_resource(operation: str) -> None:
    found = pairs("logs", operation, **GROUP, logStreamName="today")
    assert [(f"logs:{operation}", f"{LOG_GROUP}:log-stream:today")] == found


@pytest.mark.parametrize("operation", ["CreateLogGroup", "PutRetentionPolicy", "FilterLogEvents"])
def test_a_log_group_is_asked_for_with_an_empty_stream(operation: str) -> None:
    assert [(f"logs:{operation}", f"{LOG_GROUP}:log-stream:")] == pairs("logs", operation, **GROUP)


@pytest.mark.parametrize("end", ["", ":*"])
def test_a_log_group_may_be_named_by_its_arn(end: str) -> None:
    group = f"arn:aws:logs:{REGION}:999999999999:log-group:other"
    found = pairs("logs", "FilterLogEvents", logGroupIdentifier=f"{group}{end}")
    assert [("logs:FilterLogEvents", f"{group}:log-stream:")] == found


def test_all_log_groups_are_asked_for_with_an_empty_name() -> None:
    expected = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group::log-stream:"
    assert [("logs:DescribeLogGroups", expected)] == pairs("logs", "DescribeLogGroups")


def test_tags_are_put_on_the_bare_group() -> None:
    found = pairs("logs", "CreateLogGroup", **GROUP, tags={"a": "b"})
    assert [
        ("logs:CreateLogGroup", f"{LOG_GROUP}:log-stream:"),
        ("logs:TagResource", LOG_GROUP),
    ] == found


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"logGroupName": "a"}, ["a"]),
        ({"logGroupNames": ["a", "b"]}, ["a", "b"]),
        ({"logGroupIdentifiers": [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:a"]}, ["a"]),
        ({}, [""]),
    ],
)
def test_a_query_needs_each_of_its_groups(parameters: dict[str, Any], expected: list[str]) -> None:
    prefix = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
    found = pairs("logs", "StartQuery", **parameters)
    assert [("logs:StartQuery", f"{prefix}{name}:log-stream:") for name in expected] == found


def test_sending_logs_elsewhere_passes_a_role() -> None:
    found = pairs("logs", "PutSubscriptionFilter", **GROUP, destinationArn=FUNCTION, roleArn=ROLE)
    assert found == [
        ("logs:PutSubscriptionFilter", f"{LOG_GROUP}:log-stream:"),
        ("iam:PassRole", ROLE),
    ]


def test_sending_logs_to_a_destination_needs_the_destination() -> None:
    destination = f"arn:aws:logs:{REGION}:999999999999:destination:archive"
    found = pairs("logs", "PutSubscriptionFilter", **GROUP, destinationArn=destination)
    assert found[1] == ("logs:PutSubscriptionFilter", destination)


# -- CloudFormation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [("photos", f"{STACKS}/photos/*"), (f"{STACKS}/photos/1234", f"{STACKS}/photos/1234")],
)
@pytest.mark.parametrize("operation", ["DescribeStacks", "GetTemplate", "DescribeStackEvents"])
def test_a_stack_named_without_its_id_is_any_of_that_name(
    operation: str, name: str, expected: str
) -> None:
    found = pairs("cloudformation", operation, StackName=name)
    assert [(f"cloudformation:{operation}", expected)] == found


def test_describing_every_stack_lists_them() -> None:
    assert pairs("cloudformation", "DescribeStacks") == [
        ("cloudformation:DescribeStacks", "*"),
        ("cloudformation:ListStacks", "*"),
    ]


def test_a_stack_that_is_not_named_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="StackName"):
        needed("cloudformation", "GetTemplate", ChangeSetName="x")


@pytest.mark.parametrize("operation", ["CreateStack", "UpdateStack", "DeleteStack"])
def test_making_stacks_is_refused(operation: str) -> None:
    with pytest.raises(UnknownOperationError, match=operation):
        needed("cloudformation", operation, StackName="photos")


def test_where_a_template_is_read_from_is_a_condition_key() -> None:
    (found,) = needed("cloudformation", "ValidateTemplate", TemplateURL="https://x/t.json")
    assert found.context == {"cloudformation:TemplateUrl": "https://x/t.json"}
