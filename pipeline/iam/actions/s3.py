"""S3: objects are ``arn:aws:s3:::BUCKET/KEY``, and listing is an action on the bucket itself.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    given,
    keys_given,
    one,
    together,
)

_GRANTS = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
_LISTING = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
_WRITING = {
    "ACL": "s3:x-amz-acl",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "StorageClass": "s3:x-amz-storage-class",
}


def _bucket_arn(name: str) -> str:
    if name.startswith("arn:"):
        raise UnknownOperationError(
            f"Which permissions a call on {name} needs is not known here: "
            "access points are not modelled. Use the bucket's name."
        )
    return f"arn:aws:s3:::{name}"


def _bucket(parameters: Parameters, _: Place) -> str:
    return _bucket_arn(parameters["Bucket"])


def _object(parameters: Parameters, place: Place) -> str:
    return f"{_bucket(parameters, place)}/{parameters['Key']}"


def _any_bucket(_parameters: Parameters, _place: Place) -> str:
    return "arn:aws:s3:::*"


def _version_keys(parameters: Parameters) -> tuple[str, dict[str, str]]:
    """Return how actions on a version end, and the version as a condition key."""
    if not parameters.get("VersionId"):
        return "", {}
    return "Version", keys_given(parameters, {"VersionId": "s3:VersionId"})


def _versioned(action: str) -> Needs:
    """Return the row of an operation that needs another action when it names a version."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        suffix, context = _version_keys(parameters)
        return (Requirement(action + suffix, _object(parameters, place), context),)

    return needs


def _key_arn(parameters: Parameters, place: Place) -> str:
    key = parameters["SSEKMSKeyId"]
    return key if key.startswith("arn:") else place.arn("kms", f"key/{key}")


def _source(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    """Return what reading the source of a copy needs; boto3 gives it as text or as a mapping."""
    source = parameters["CopySource"]
    if isinstance(source, str):
        path, _mark, version = source.partition("?versionId=")
        bucket, _slash, key = unquote(path).removeprefix("/").partition("/")
    else:
        bucket, key, version = source["Bucket"], source["Key"], source.get("VersionId", "")
    suffix, context = _version_keys({"VersionId": version})
    return (Requirement(f"s3:GetObject{suffix}", f"{_bucket_arn(bucket)}/{key}", context),)


_put = one("s3:PutObject", _object, _WRITING)
_write = together(
    _put,
    given(_GRANTS, one("s3:PutObjectAcl", _object)),
    given(("Tagging",), one("s3:PutObjectTagging", _object)),
    given(("ObjectLockMode",), one("s3:PutObjectRetention", _object)),
    given(("ObjectLockLegalHoldStatus",), one("s3:PutObjectLegalHold", _object)),
    given(("SSEKMSKeyId",), one("kms:GenerateDataKey", _key_arn)),
)
_bypass = given(("BypassGovernanceRetention",), one("s3:BypassGovernanceRetention", _object))


def _delete_objects(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    delete = together(_versioned("s3:DeleteObject"), _bypass)
    return tuple(
        requirement
        for entry in parameters["Delete"]["Objects"]
        for requirement in delete({**parameters, **entry}, place)
    )


_create_bucket = together(
    one("s3:CreateBucket", _bucket, {"ACL": "s3:x-amz-acl"}),
    given(_GRANTS, one("s3:PutBucketAcl", _bucket)),
    given(("ObjectOwnership",), one("s3:PutBucketOwnershipControls", _bucket)),
    given(("ObjectLockEnabledForBucket",), one("s3:PutBucketObjectLockConfiguration", _bucket)),
    given(("ObjectLockEnabledForBucket",), one("s3:PutBucketVersioning", _bucket)),
)

OPERATIONS: Mapping[str, Needs] = {
    "AbortMultipartUpload": one("s3:AbortMultipartUpload", _object),
    "CompleteMultipartUpload": one("s3:PutObject", _object),
    "CopyObject": together(_source, _write),
    "CreateBucket": _create_bucket,
    "CreateMultipartUpload": _write,
    "DeleteBucket": one("s3:DeleteBucket", _bucket),
    "DeleteBucketPolicy": one("s3:DeleteBucketPolicy", _bucket),
    "DeleteObject": together(_versioned("s3:DeleteObject"), _bypass),
    "DeleteObjects": _delete_objects,
    "GetBucketLocation": one("s3:GetBucketLocation", _bucket),
    "GetBucketNotificationConfiguration": one("s3:GetBucketNotification", _bucket),
    "GetBucketPolicy": one("s3:GetBucketPolicy", _bucket),
    "GetBucketVersioning": one("s3:GetBucketVersioning", _bucket),
    "GetObject": _versioned("s3:GetObject"),
    "HeadBucket": one("s3:ListBucket", _bucket),
    "HeadObject": _versioned("s3:GetObject"),
    "ListBuckets": one("s3:ListAllMyBuckets", _any_bucket),
    "ListMultipartUploads": one("s3:ListBucketMultipartUploads", _bucket),
    "ListObjectVersions": one("s3:ListBucketVersions", _bucket, _LISTING),
    "ListObjects": one("s3:ListBucket", _bucket, _LISTING),
    "ListObjectsV2": one("s3:ListBucket", _bucket, _LISTING),
    "ListParts": one("s3:ListMultipartUploadParts", _object),
    "PutBucketNotificationConfiguration": one("s3:PutBucketNotification", _bucket),
    "PutBucketPolicy": one("s3:PutBucketPolicy", _bucket),
    "PutBucketVersioning": one("s3:PutBucketVersioning", _bucket),
    "PutObject": _write,
    "UploadPart": _put,
    "UploadPartCopy": together(_source, _put),
}
