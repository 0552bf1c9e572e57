"""How calls to S3 name buckets and objects, and which condition keys come of their headers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import Parameters, Place

GRANTS = {
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
}
"""Access control lists in headers, and the condition keys that they are."""

ACL = {"ACL": "s3:x-amz-acl", **GRANTS}


def bucket_arn(name: str) -> str:
    """Return the ARN of a bucket; ``UnknownOperationError`` when an access point is named."""
    if name.startswith("arn:"):
        raise UnknownOperationError(
            f"Which permissions a call on {name} needs is not known here: "
            "access points are not modelled. Use the bucket's name."
        )
    return f"arn:aws:s3:::{name}"


def bucket(parameters: Parameters, _: Place) -> str:
    """Return the ARN of the bucket that a call is on."""
    return bucket_arn(parameters["Bucket"])


def object_arn(parameters: Parameters, place: Place) -> str:
    """Return the ARN of the object that a call is on."""
    return f"{bucket(parameters, place)}/{parameters['Key']}"


def existing_tags(parameters: Parameters, place: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of the tags that an object has already."""
    name, key, version = (parameters.get(part) for part in ("Bucket", "Key", "VersionId"))
    found = place.lookups.object_tags(str(name), str(key), version)
    if not found:
        return found
    return {f"s3:ExistingObjectTag/{tag}": value for tag, value in found.items()}


def copied_from(parameters: Parameters) -> dict[str, str]:
    """Return the source of a copy as the parameters of a call on it.

    boto3 takes it as a mapping or as text, ``BUCKET/KEY?versionId=…`` with the key quoted.
    """
    source = parameters["CopySource"]
    if not isinstance(source, str):
        return {name: source[name] for name in ("Bucket", "Key", "VersionId") if source.get(name)}
    path, _mark, version = source.partition("?versionId=")
    name, _slash, key = unquote(path).removeprefix("/").partition("/")
    return {"Bucket": name, "Key": key, **({"VersionId": version} if version else {})}
