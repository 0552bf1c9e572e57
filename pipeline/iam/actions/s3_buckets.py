"""S3's buckets: actions on settings seldom have the operation's name, and deleting is putting.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.s3_names import ACL, GRANTS, bucket
from pipeline.iam.actions.tags import tag_keys
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    given,
    on,
    one,
    passing,
    together,
)

_LISTING = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}

_SETTINGS = {
    "AnalyticsConfiguration": "DeleteBucketAnalyticsConfiguration GetBucketAnalyticsConfiguration "
    "ListBucketAnalyticsConfigurations PutBucketAnalyticsConfiguration",
    "BucketCORS": "DeleteBucketCors GetBucketCors PutBucketCors",
    "BucketOwnershipControls": "DeleteBucketOwnershipControls GetBucketOwnershipControls "
    "PutBucketOwnershipControls",
    "BucketPublicAccessBlock": "DeletePublicAccessBlock GetPublicAccessBlock PutPublicAccessBlock",
    "BucketTagging": "DeleteBucketTagging GetBucketTagging",
    "EncryptionConfiguration": "DeleteBucketEncryption GetBucketEncryption PutBucketEncryption",
    "IntelligentTieringConfiguration": "DeleteBucketIntelligentTieringConfiguration "
    "GetBucketIntelligentTieringConfiguration ListBucketIntelligentTieringConfigurations "
    "PutBucketIntelligentTieringConfiguration",
    "InventoryConfiguration": "DeleteBucketInventoryConfiguration GetBucketInventoryConfiguration "
    "ListBucketInventoryConfigurations PutBucketInventoryConfiguration",
    "LifecycleConfiguration": "DeleteBucketLifecycle GetBucketLifecycle "
    "GetBucketLifecycleConfiguration PutBucketLifecycle PutBucketLifecycleConfiguration",
    "MetricsConfiguration": "DeleteBucketMetricsConfiguration GetBucketMetricsConfiguration "
    "ListBucketMetricsConfigurations PutBucketMetricsConfiguration",
    "ReplicationConfiguration": "DeleteBucketReplication GetBucketReplication",
    "AccelerateConfiguration": "GetBucketAccelerateConfiguration PutBucketAccelerateConfiguration",
    "BucketNotification": "GetBucketNotification GetBucketNotificationConfiguration "
    "PutBucketNotification PutBucketNotificationConfiguration",
    "BucketObjectLockConfiguration": "GetObjectLockConfiguration PutObjectLockConfiguration",
}
"""Operations on a setting, by how its actions end: ``s3:Get…`` and ``s3:Put…``."""


def _setting_rows() -> dict[str, Needs]:
    rows = {}
    for setting, operations in _SETTINGS.items():
        for operation in operations.split():
            verb = "Get" if operation.startswith(("Get", "List")) else "Put"
            rows[operation] = one(f"s3:{verb}{setting}", bucket)
    return rows


def _any_bucket(_parameters: Parameters, _place: Place) -> str:
    return "arn:aws:s3:::*"


def _location(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    wanted = (parameters.get("CreateBucketConfiguration") or {}).get("LocationConstraint")
    return {"s3:locationconstraint": str(wanted)} if wanted else {}


def _first_tags(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    return tag_keys((parameters.get("CreateBucketConfiguration") or {}).get("Tags") or ())


def _tag_new_bucket(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    keys = _first_tags(parameters, place)
    return (Requirement("s3:TagResource", bucket(parameters, place), keys),) if keys else ()


def _replicating_role(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    return passing(parameters["ReplicationConfiguration"].get("Role"), "s3.amazonaws.com")


OPERATIONS: Mapping[str, Needs] = {
    **_setting_rows(),
    **on(
        "s3",
        bucket,
        "DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetBucketAbac GetBucketAcl "
        "GetBucketLocation GetBucketLogging GetBucketPolicy GetBucketPolicyStatus "
        "GetBucketRequestPayment GetBucketVersioning GetBucketWebsite PutBucketAbac "
        "PutBucketLogging PutBucketPolicy PutBucketRequestPayment PutBucketTagging "
        "PutBucketVersioning PutBucketWebsite",
    ),
    "CreateBucket": together(
        one(
            "s3:CreateBucket",
            bucket,
            ACL,
            {"ObjectOwnership": "s3:x-amz-object-ownership"},
            _location,
            _first_tags,
        ),
        given(("ACL", *GRANTS), one("s3:PutBucketAcl", bucket, ACL)),
        given(("ObjectOwnership",), one("s3:PutBucketOwnershipControls", bucket)),
        given(("ObjectLockEnabledForBucket",), one("s3:PutBucketObjectLockConfiguration", bucket)),
        given(("ObjectLockEnabledForBucket",), one("s3:PutBucketVersioning", bucket)),
        _tag_new_bucket,
    ),
    "HeadBucket": one("s3:ListBucket", bucket),
    "ListBuckets": one("s3:ListAllMyBuckets", _any_bucket),
    "ListMultipartUploads": one("s3:ListBucketMultipartUploads", bucket),
    "ListObjectVersions": one("s3:ListBucketVersions", bucket, _LISTING),
    "ListObjects": one("s3:ListBucket", bucket, _LISTING),
    "ListObjectsV2": one("s3:ListBucket", bucket, _LISTING),
    "PutBucketAcl": one("s3:PutBucketAcl", bucket, ACL),
    "PutBucketReplication": together(
        one("s3:PutReplicationConfiguration", bucket), _replicating_role
    ),
}
