"""S3: objects are ``arn:aws:s3:::BUCKET/KEY``, and listing is an action on the bucket itself.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import Needs, Parameters, Place, Requirement, anywhere, one


def _bucket(parameters: Parameters, _: Place) -> str:
    return f"arn:aws:s3:::{parameters['Bucket']}"


def _object(parameters: Parameters, place: Place) -> str:
    return f"{_bucket(parameters, place)}/{parameters['Key']}"


def _put_object(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    target = _object(parameters, place)
    needed = [Requirement("s3:PutObject", target)]
    if parameters.get("ACL"):
        needed.append(Requirement("s3:PutObjectAcl", target))
    if parameters.get("Tagging"):
        needed.append(Requirement("s3:PutObjectTagging", target))
    return tuple(needed)


def _versioned(action: str) -> Needs:
    """Return the row of an operation that needs another action when it names a version."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        suffix = "Version" if parameters.get("VersionId") else ""
        return (Requirement(action + suffix, _object(parameters, place)),)

    return needs


def _copy_source(source: str | Mapping[str, str]) -> tuple[str, bool]:
    """Return the source object's ARN and whether a version of it is named."""
    if isinstance(source, str):
        path, question, _ = source.lstrip("/").partition("?versionId=")
        return f"arn:aws:s3:::{path}", bool(question)
    return f"arn:aws:s3:::{source['Bucket']}/{source['Key']}", "VersionId" in source


def _copy_object(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    source, has_version = _copy_source(parameters["CopySource"])
    read = "s3:GetObjectVersion" if has_version else "s3:GetObject"
    return (Requirement(read, source), *_put_object(parameters, place))


def _delete_objects(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    bucket = _bucket(parameters, place)
    return tuple(
        Requirement(
            "s3:DeleteObjectVersion" if entry.get("VersionId") else "s3:DeleteObject",
            f"{bucket}/{entry['Key']}",
        )
        for entry in parameters["Delete"]["Objects"]
    )


def _list_objects(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    context = {
        key: str(parameters[name])
        for key, name in (
            ("s3:prefix", "Prefix"),
            ("s3:delimiter", "Delimiter"),
            ("s3:max-keys", "MaxKeys"),
        )
        if name in parameters
    }
    return (Requirement("s3:ListBucket", _bucket(parameters, place), context),)


OPERATIONS: Mapping[str, Needs] = {
    "AbortMultipartUpload": one("s3:AbortMultipartUpload", _object),
    "CompleteMultipartUpload": one("s3:PutObject", _object),
    "CopyObject": _copy_object,
    "CreateBucket": one("s3:CreateBucket", _bucket),
    "CreateMultipartUpload": _put_object,
    "DeleteBucket": one("s3:DeleteBucket", _bucket),
    "DeleteBucketPolicy": one("s3:DeleteBucketPolicy", _bucket),
    "DeleteObject": _versioned("s3:DeleteObject"),
    "DeleteObjects": _delete_objects,
    "GetBucketLocation": one("s3:GetBucketLocation", _bucket),
    "GetBucketNotificationConfiguration": one("s3:GetBucketNotification", _bucket),
    "GetBucketPolicy": one("s3:GetBucketPolicy", _bucket),
    "GetObject": _versioned("s3:GetObject"),
    "HeadBucket": one("s3:ListBucket", _bucket),
    "HeadObject": _versioned("s3:GetObject"),
    "ListBuckets": anywhere("s3:ListAllMyBuckets"),
    "ListObjects": _list_objects,
    "ListObjectsV2": _list_objects,
    "PutBucketNotificationConfiguration": one("s3:PutBucketNotification", _bucket),
    "PutBucketPolicy": one("s3:PutBucketPolicy", _bucket),
    "PutBucketVersioning": one("s3:PutBucketVersioning", _bucket),
    "PutObject": _put_object,
    "UploadPart": one("s3:PutObject", _object),
}
