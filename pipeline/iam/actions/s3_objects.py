"""S3's objects: what a call asks for beside the object (an ACL, tags, a key) needs its own action.

A call on a version needs another action than one on the newest. Some operations have none of their
own: ``HeadObject`` needs ``s3:GetObject``, and parts of uploads need ``s3:PutObject``.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.kms import encryption_context
from pipeline.iam.actions.kms_keys import key_arn
from pipeline.iam.actions.s3_names import (
    ACL,
    GRANTS,
    bucket,
    copied_from,
    existing_tags,
    object_arn,
)
from pipeline.iam.actions.tags import pairs, prefixed
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    Keys,
    Needs,
    Parameters,
    Place,
    Requirement,
    as_value,
    given,
    on,
    one,
    together,
)

_VERSION = {"VersionId": "s3:VersionId"}
_MODE = {
    "ObjectLockMode": "s3:object-lock-mode",
    "ObjectLockRetainUntilDate": "s3:object-lock-retain-until-date",
}
_HOLD = {"ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold"}
_HEADERS = {
    **ACL,
    **_MODE,
    **_HOLD,
    "CopySource": "s3:x-amz-copy-source",
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
}


def _headers(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of an upload's headers."""
    keys = {key: as_value(parameters[name]) for name, key in _HEADERS.items() if name in parameters}
    if "CopySource" in parameters:
        source = copied_from(parameters)
        keys["s3:x-amz-copy-source"] = f"{source['Bucket']}/{source['Key']}"
    return keys


def _request_tags(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of the tags that a call gives to an object."""
    written = parameters.get("Tagging") or ()
    found = pairs(written["TagSet"] if isinstance(written, Mapping) else written)
    return prefixed(found, "s3:RequestObjectTag/", "s3:RequestObjectTagKeys")


def _on_version(action: str, versioned: str, *keys: Keys) -> Needs:
    """Return the row of an operation that needs another action when it names a version."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        name = versioned if parameters.get("VersionId") else action
        return one(f"s3:{name}", object_arn, _VERSION, *keys)(parameters, place)

    return needs


def _sealed(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what encrypting with a KMS key needs: S3 uses the key for its caller."""
    if not parameters.get("SSEKMSKeyId"):
        return ()
    about = (bucket if parameters.get("BucketKeyEnabled") else object_arn)(parameters, place)
    context: dict[str, ContextValue] = {
        "kms:ViaService": f"s3.{place.region}.amazonaws.com",
        **encryption_context({"aws:s3:arn": about}),
    }
    key = key_arn(str(parameters["SSEKMSKeyId"]), place)
    return (Requirement("kms:GenerateDataKey", key, context),)


def _opened(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what decrypting needs, when the object is known to be encrypted with a KMS key."""
    name, key = str(parameters["Bucket"]), str(parameters["Key"])
    found = place.lookups.object_key(name, key, parameters.get("VersionId"))
    if found is None:
        return ()
    context: dict[str, ContextValue] = {
        "kms:ViaService": f"s3.{place.region}.amazonaws.com",
        **encryption_context({"aws:s3:arn": object_arn(parameters, place)}),
    }
    return (Requirement("kms:Decrypt", found, context),)


def _source(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    return _get(copied_from(parameters), place)


def _copied_tags(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what copying the source's tags needs, when it is known to have some."""
    source = copied_from(parameters)
    name, key, version = (source.get(part) for part in ("Bucket", "Key", "VersionId"))
    found = place.lookups.object_tags(str(name), str(key), version)
    if not found or parameters.get("TaggingDirective") == "REPLACE":
        return ()
    keys = prefixed(found.items(), "s3:RequestObjectTag/", "s3:RequestObjectTagKeys")
    write = Requirement("s3:PutObjectTagging", object_arn(parameters, place), keys)
    return (*_get_tags(source, place), write)


_look = _on_version("GetObject", "GetObjectVersion", existing_tags)
_get = together(_look, _opened)
_get_tags = _on_version("GetObjectTagging", "GetObjectVersionTagging", existing_tags)
_delete = together(
    _on_version("DeleteObject", "DeleteObjectVersion", {"IfMatch": "s3:if-match"}),
    given(("BypassGovernanceRetention",), one("s3:BypassGovernanceRetention", object_arn)),
)
_put = one("s3:PutObject", object_arn, _headers, _request_tags)
_put_part = one("s3:PutObject", object_arn)
_write = together(
    _put,
    given(("ACL", *GRANTS), one("s3:PutObjectAcl", object_arn, ACL)),
    given(("Tagging",), one("s3:PutObjectTagging", object_arn, _request_tags)),
    given(("ObjectLockMode",), one("s3:PutObjectRetention", object_arn, _MODE)),
    given(("ObjectLockLegalHoldStatus",), one("s3:PutObjectLegalHold", object_arn, _HOLD)),
    _sealed,
)


def _delete_objects(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what deleting each of several objects needs."""
    return tuple(
        requirement
        for entry in parameters["Delete"]["Objects"]
        for requirement in _delete({**parameters, **entry}, place)
    )


def _retention(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    wanted = parameters.get("Retention") or {}
    keys = {"Mode": _MODE["ObjectLockMode"], "RetainUntilDate": _MODE["ObjectLockRetainUntilDate"]}
    return {key: as_value(wanted[name]) for name, key in keys.items() if name in wanted}


def _legal_hold(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    wanted = (parameters.get("LegalHold") or {}).get("Status")
    return {"s3:object-lock-legal-hold": str(wanted)} if wanted else {}


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "s3",
        object_arn,
        "AbortMultipartUpload GetObjectLegalHold GetObjectRetention GetObjectTorrent RestoreObject",
    ),
    "CompleteMultipartUpload": one(
        "s3:PutObject", object_arn, {"IfMatch": "s3:if-match", "IfNoneMatch": "s3:if-none-match"}
    ),
    "CopyObject": together(_source, _write, _copied_tags),
    "CreateMultipartUpload": _write,
    "DeleteObject": _delete,
    "DeleteObjectTagging": _on_version(
        "DeleteObjectTagging", "DeleteObjectVersionTagging", existing_tags
    ),
    "DeleteObjects": _delete_objects,
    "GetObject": _get,
    "GetObjectAcl": _on_version("GetObjectAcl", "GetObjectVersionAcl", existing_tags),
    "GetObjectAttributes": together(
        _get, _on_version("GetObjectAttributes", "GetObjectVersionAttributes", existing_tags)
    ),
    "GetObjectTagging": _get_tags,
    "HeadObject": _look,
    "ListParts": one("s3:ListMultipartUploadParts", object_arn),
    "PutObject": _write,
    "PutObjectAcl": _on_version("PutObjectAcl", "PutObjectVersionAcl", ACL, existing_tags),
    "PutObjectLegalHold": one("s3:PutObjectLegalHold", object_arn, _legal_hold),
    "PutObjectRetention": together(
        one("s3:PutObjectRetention", object_arn, _retention),
        given(("BypassGovernanceRetention",), one("s3:BypassGovernanceRetention", object_arn)),
    ),
    "PutObjectTagging": _on_version(
        "PutObjectTagging", "PutObjectVersionTagging", _request_tags, existing_tags
    ),
    "SelectObjectContent": _get,
    "UploadPart": _put_part,
    "UploadPartCopy": together(_source, _put),
}
