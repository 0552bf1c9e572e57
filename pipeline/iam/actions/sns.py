"""SNS: a batch needs ``sns:Publish``, and a text message is published to the number itself.

Subscriptions are no resources: to read, change or end one is an action on its topic.
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    anywhere,
    given,
    named,
    no_resource,
    on,
    one,
    passing,
    together,
)

_SUBSCRIBING = {"Protocol": "sns:Protocol", "Endpoint": "sns:Endpoint"}
_ROLE_ATTRIBUTE = "FeedbackRoleArn"
"""How the attributes end that hand SNS a role, with which it writes delivery logs."""


def _topic_by_name(parameters: Parameters, place: Place) -> str:
    return place.arn("sns", parameters["Name"])


def _topic_of_subscription(parameters: Parameters, _: Place) -> str:
    """Return the topic, whose ARN a subscription's begins with once it is confirmed."""
    topic, _mark, _id = str(parameters["SubscriptionArn"]).rpartition(":")
    return topic if topic.count(":") == 5 else "*"


def _published_to(parameters: Parameters, _: Place) -> str:
    for name in ("TopicArn", "TargetArn", "PhoneNumber"):
        if parameters.get(name):
            return str(parameters[name])
    raise UnknownOperationError(
        "The message is published to nobody; give a TopicArn, a TargetArn or a PhoneNumber."
    )


def _pass_roles(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    """Return what the roles among some attributes need, in whichever way these are given."""
    attributes = parameters.get("Attributes") or {
        parameters.get("AttributeName", ""): parameters.get("AttributeValue")
    }
    return tuple(
        requirement
        for name, value in attributes.items()
        if name.endswith(_ROLE_ATTRIBUTE)
        for requirement in passing(value, "sns.amazonaws.com")
    )


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "sns",
        named("TopicArn"),
        "AddPermission ConfirmSubscription DeleteTopic GetTopicAttributes "
        "ListSubscriptionsByTopic RemovePermission",
    ),
    **on(
        "sns",
        named("ResourceArn"),
        "GetDataProtectionPolicy ListTagsForResource PutDataProtectionPolicy",
    ),
    **on("sns", named("ResourceArn"), "TagResource UntagResource", tags),
    **on(
        "sns",
        _topic_of_subscription,
        "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
    ),
    **on(
        "sns",
        no_resource,
        "CheckIfPhoneNumberIsOptedOut CreatePlatformEndpoint CreateSMSSandboxPhoneNumber "
        "DeleteEndpoint DeletePlatformApplication DeleteSMSSandboxPhoneNumber "
        "GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes "
        "GetSMSSandboxAccountStatus "
        "ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut "
        "ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics "
        "OptInPhoneNumber SetEndpointAttributes SetSMSAttributes "
        "VerifySMSSandboxPhoneNumber",
    ),
    "CreatePlatformApplication": together(anywhere("sns:CreatePlatformApplication"), _pass_roles),
    "CreateTopic": together(
        one("sns:CreateTopic", _topic_by_name, tags),
        tagging("sns:TagResource", _topic_by_name),
        given(("DataProtectionPolicy",), one("sns:PutDataProtectionPolicy", _topic_by_name)),
        _pass_roles,
    ),
    "Publish": one("sns:Publish", _published_to),
    "PublishBatch": one("sns:Publish", named("TopicArn")),
    "SetPlatformApplicationAttributes": together(
        anywhere("sns:SetPlatformApplicationAttributes"), _pass_roles
    ),
    "SetTopicAttributes": together(one("sns:SetTopicAttributes", named("TopicArn")), _pass_roles),
    "Subscribe": one("sns:Subscribe", named("TopicArn"), _SUBSCRIBING),
}
