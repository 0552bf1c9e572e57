"""What calls to S3 need: the traps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipeline.iam.operations import UnknownOperationError, requirements
from tests.pipeline.iam.service_models import ACCOUNT, KEY, LOOKUPS, REGION, needed, pairs

PUT = {"Bucket": "uploads", "Key": "cat.jpg"}
BUCKET, OBJECT = "arn:aws:s3:::uploads", "arn:aws:s3:::uploads/cat.jpg"


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("HeadObject", {}, "GetObject"),
        ("HeadObject", {"VersionId": "3"}, "GetObjectVersion"),
        ("GetObject", {}, "GetObject"),
        ("GetObject", {"VersionId": "3"}, "GetObjectVersion"),
        ("GetObjectAcl", {"VersionId": "3"}, "GetObjectVersionAcl"),
        ("GetObjectTagging", {}, "GetObjectTagging"),
        ("GetObjectTagging", {"VersionId": "3"}, "GetObjectVersionTagging"),
        ("PutObjectTagging", {"VersionId": "3"}, "PutObjectVersionTagging"),
        ("DeleteObjectTagging", {"VersionId": "3"}, "DeleteObjectVersionTagging"),
        ("PutObjectAcl", {"VersionId": "3"}, "PutObjectVersionAcl"),
        ("DeleteObject", {}, "DeleteObject"),
        ("DeleteObject", {"VersionId": "3"}, "DeleteObjectVersion"),
        ("UploadPart", {}, "PutObject"),
        ("CompleteMultipartUpload", {}, "PutObject"),
        ("AbortMultipartUpload", {}, "AbortMultipartUpload"),
        ("ListParts", {}, "ListMultipartUploadParts"),
        ("SelectObjectContent", {}, "GetObject"),
        ("GetObjectRetention", {"VersionId": "3"}, "GetObjectRetention"),
    ],
)
def test_an_object_needs_the_action_of_its_operation(
    operation: str, parameters: dict[str, str], expected: str
) -> None:
    assert [(f"s3:{expected}", OBJECT)] == pairs("s3", operation, **PUT, **parameters)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("HeadBucket", "ListBucket"),
        ("ListObjects", "ListBucket"),
        ("ListObjectsV2", "ListBucket"),
        ("ListObjectVersions", "ListBucketVersions"),
        ("ListMultipartUploads", "ListBucketMultipartUploads"),
        ("PutBucketNotificationConfiguration", "PutBucketNotification"),
        ("GetBucketNotificationConfiguration", "GetBucketNotification"),
        ("PutBucketPolicy", "PutBucketPolicy"),
        ("PutBucketEncryption", "PutEncryptionConfiguration"),
        ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
        ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
        ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
        ("DeleteBucketCors", "PutBucketCORS"),
        ("GetBucketCors", "GetBucketCORS"),
        ("DeleteBucketTagging", "PutBucketTagging"),
        ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
        ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
        ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
        ("DeleteBucketReplication", "PutReplicationConfiguration"),
        ("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
        ("DeleteBucketWebsite", "DeleteBucketWebsite"),
        ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ],
)
def test_a_bucket_needs_the_action_of_its_operation(operation: str, expected: str) -> None:
    assert [(f"s3:{expected}", BUCKET)] == pairs("s3", operation, Bucket="uploads")


def test_listing_is_told_what_is_listed() -> None:
    (found,) = needed("s3", "ListObjectsV2", Bucket="b", Prefix="cats/", Delimiter="/", MaxKeys=5)
    assert found.context == {"s3:prefix": "cats/", "s3:delimiter": "/", "s3:max-keys": "5"}


def test_an_empty_prefix_is_a_prefix() -> None:
    (found,) = needed("s3", "ListObjectsV2", Bucket="b", Prefix="")
    assert found.context == {"s3:prefix": ""}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"ObjectLockMode": "GOVERNANCE"}, ("s3:PutObjectRetention", OBJECT)),
        ({"ObjectLockLegalHoldStatus": "ON"}, ("s3:PutObjectLegalHold", OBJECT)),
        ({"ACL": "public-read"}, ("s3:PutObjectAcl", OBJECT)),
        ({"GrantRead": "uri=x"}, ("s3:PutObjectAcl", OBJECT)),
        ({"Tagging": "a=b"}, ("s3:PutObjectTagging", OBJECT)),
        ({"SSEKMSKeyId": "1234"}, ("kms:GenerateDataKey", KEY)),
        ({"SSEKMSKeyId": KEY}, ("kms:GenerateDataKey", KEY)),
        ({"SSEKMSKeyId": "alias/photos"}, ("kms:GenerateDataKey", KEY)),
    ],
)
@pytest.mark.parametrize("operation", ["PutObject", "CreateMultipartUpload"])
def test_what_is_asked_for_beside_the_object_needs_its_own_action(
    operation: str, parameters: dict[str, str], expected: tuple[str, str]
) -> None:
    found = pairs("s3", operation, **PUT, **parameters)
    assert [("s3:PutObject", OBJECT), expected] == found


@pytest.mark.parametrize(("bucket_key", "about"), [(False, OBJECT), (True, BUCKET)])
def test_a_kms_key_is_used_through_s3_for_one_object_or_the_bucket(
    bucket_key: object, about: str
) -> None:
    found = needed("s3", "PutObject", **PUT, SSEKMSKeyId=KEY, BucketKeyEnabled=bucket_key)
    assert found[1].context == {
        "kms:ViaService": f"s3.{REGION}.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": about,
        "kms:EncryptionContextKeys": ("aws:s3:arn",),
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"ServerSideEncryption": "AES256"}, {"s3:x-amz-server-side-encryption": "AES256"}),
        ({"StorageClass": "GLACIER"}, {"s3:x-amz-storage-class": "GLACIER"}),
        ({"ACL": "public-read"}, {"s3:x-amz-acl": "public-read"}),
        ({"GrantRead": "uri=x"}, {"s3:x-amz-grant-read": "uri=x"}),
        ({"IfNoneMatch": "*"}, {"s3:if-none-match": "*"}),
        (
            {"Tagging": "team=photos&stage="},
            {
                "s3:RequestObjectTag/team": "photos",
                "s3:RequestObjectTag/stage": "",
                "s3:RequestObjectTagKeys": ("team", "stage"),
            },
        ),
        (
            {"SSEKMSKeyId": KEY},
            {"s3:x-amz-server-side-encryption-aws-kms-key-id": KEY},
        ),
        ({"ContentType": "image/png"}, {}),
    ],
)
def test_the_headers_of_an_upload_are_condition_keys(
    parameters: dict[str, str], expected: dict[str, object]
) -> None:
    assert expected == needed("s3", "PutObject", **PUT, **parameters)[0].context


def test_a_version_is_a_condition_key() -> None:
    (found,) = needed("s3", "GetObject", **PUT, VersionId="3")
    assert found.context == {"s3:VersionId": "3"}


def test_tags_put_on_an_object_are_condition_keys_of_s3() -> None:
    tags = {"TagSet": [{"Key": "team", "Value": "photos"}]}
    (found,) = needed("s3", "PutObjectTagging", **PUT, Tagging=tags)
    assert found.context == {
        "s3:RequestObjectTag/team": "photos",
        "s3:RequestObjectTagKeys": ("team",),
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"Bucket": "from", "Key": "a b"}, ("s3:GetObject", "arn:aws:s3:::from/a b")),
        ("from/a%20b", ("s3:GetObject", "arn:aws:s3:::from/a b")),
        ("/from/a/b", ("s3:GetObject", "arn:aws:s3:::from/a/b")),
        (
            {"Bucket": "from", "Key": "a", "VersionId": "3"},
            ("s3:GetObjectVersion", "arn:aws:s3:::from/a"),
        ),
        ("from/a?versionId=3", ("s3:GetObjectVersion", "arn:aws:s3:::from/a")),
    ],
)
@pytest.mark.parametrize("operation", ["CopyObject", "UploadPartCopy"])
def test_a_copy_reads_its_source_and_writes_its_target(
    operation: str, source: Any, expected: tuple[str, str]
) -> None:
    found = pairs("s3", operation, **PUT, CopySource=source)
    assert [expected, ("s3:PutObject", OBJECT)] == found


def _tagged(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    tags: Mapping[str, str] = {"team": "photos"}
    found = requirements(
        service,
        operation,
        parameters,
        account=ACCOUNT,
        region=REGION,
        lookups=replace(LOOKUPS, object_tags=lambda *_: tags),
    )
    return [(r.action, r.resource) for r in found]


def test_a_copy_of_a_tagged_object_takes_its_tags_along() -> None:
    assert _tagged("s3", "CopyObject", **PUT, CopySource="from/a") == [
        ("s3:GetObject", "arn:aws:s3:::from/a"),
        ("s3:PutObject", OBJECT),
        ("s3:GetObjectTagging", "arn:aws:s3:::from/a"),
        ("s3:PutObjectTagging", OBJECT),
    ]


def test_a_copy_with_tags_of_its_own_leaves_the_old_ones() -> None:
    found = _tagged(
        "s3",
        "CopyObject",
        **PUT,
        CopySource="from/a",
        TaggingDirective="REPLACE",
        Tagging="team=video",
    )
    assert found == [
        ("s3:GetObject", "arn:aws:s3:::from/a"),
        ("s3:PutObject", OBJECT),
        ("s3:PutObjectTagging", OBJECT),
    ]


def test_the_tags_that_an_object_has_are_condition_keys() -> None:
    (found,) = requirements(
        "s3",
        "GetObject",
        PUT,
        account=ACCOUNT,
        region=REGION,
        lookups=replace(LOOKUPS, object_tags=lambda bucket, key, _: {bucket: key}),
    )
    assert found.context == {"s3:ExistingObjectTag/uploads": "cat.jpg"}


def test_deleting_several_objects_needs_each_of_them() -> None:
    objects = [{"Key": "a"}, {"Key": "b", "VersionId": "3"}, {"Key": "a"}]
    assert pairs("s3", "DeleteObjects", Bucket="photos", Delete={"Objects": objects}) == [
        ("s3:DeleteObject", "arn:aws:s3:::photos/a"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::photos/b"),
    ]


def test_passing_over_a_retention_needs_its_own_action() -> None:
    found = pairs("s3", "DeleteObject", **PUT, BypassGovernanceRetention=True)
    assert found == [("s3:DeleteObject", OBJECT), ("s3:BypassGovernanceRetention", OBJECT)]


def test_the_attributes_of_an_object_need_the_object_too() -> None:
    found = pairs("s3", "GetObjectAttributes", **PUT, VersionId="3", ObjectAttributes=["ETag"])
    assert found == [("s3:GetObjectVersion", OBJECT), ("s3:GetObjectVersionAttributes", OBJECT)]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, []),
        ({"ObjectOwnership": "ObjectWriter"}, ["PutBucketOwnershipControls"]),
        ({"ACL": "private"}, ["PutBucketAcl"]),
        (
            {"ObjectLockEnabledForBucket": True},
            ["PutBucketObjectLockConfiguration", "PutBucketVersioning"],
        ),
    ],
)
def test_a_new_bucket_needs_an_action_for_each_thing_it_is_given(
    parameters: dict[str, Any], expected: list[str]
) -> None:
    found = pairs("s3", "CreateBucket", Bucket="uploads", **parameters)
    assert [(f"s3:{name}", BUCKET) for name in ("CreateBucket", *expected)] == found


def test_where_a_new_bucket_is_to_be_is_a_condition_key() -> None:
    configuration = {"LocationConstraint": "eu-west-1"}
    (found,) = needed("s3", "CreateBucket", Bucket="b", CreateBucketConfiguration=configuration)
    assert found.context == {"s3:locationconstraint": "eu-west-1"}


def test_replication_passes_its_role_to_s3() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/replicator"
    found = needed(
        "s3", "PutBucketReplication", Bucket="b", ReplicationConfiguration={"Role": role}
    )
    assert [("s3:PutReplicationConfiguration", "arn:aws:s3:::b"), ("iam:PassRole", role)] == [
        (r.action, r.resource) for r in found
    ]
    assert found[1].context == {"iam:PassedToService": "s3.amazonaws.com"}


@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "DeleteObject"])
def test_an_access_point_is_refused(operation: str) -> None:
    point = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/uploads"
    with pytest.raises(UnknownOperationError, match="access points are not modelled"):
        needed("s3", operation, Bucket=point, Key="cat.jpg")


def test_all_buckets_are_one_resource() -> None:
    assert pairs("s3", "ListBuckets") == [("s3:ListAllMyBuckets", "arn:aws:s3:::*")]
