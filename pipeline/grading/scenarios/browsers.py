"""A browser that uploads by a presigned URL: whoever has the URL acts as the one who signed it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html

Simplified: the sandbox takes the signer's credentials from the URL and does not verify the
signature.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import is_done, small_photo, where
from pipeline.grading.scenarios.registry import scenario
from pipeline.topology.statements import allow, policy

SIGNER = "upload-page"
"""The role of the web page's back end, which signs; it has no policy of its own."""

_MINUTES = 5


def make_signer(run: Run) -> None:
    """Make the role that signs."""
    account = run.sandbox.topology.account
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    trust = policy(allow("AccountAssumes", "sts:AssumeRole", Principal=root))
    run.client("iam").create_role(RoleName=SIGNER, AssumeRolePolicyDocument=json.dumps(trust))


@scenario("presigned-upload", prepare=make_signer)
def presigned_upload(run: Run, *, key: str = "from-the-browser.jpg") -> None:
    """Sign a URL as the role ``upload-page``, and upload by it without credentials.

    Args:
        run: On an architecture with uploads.
        key: The key that the URL is for.
    """
    url = _signed_url(run, key)
    run.journeys.begin(key)
    answer = run.attempt(_browser_put, run=run, url=url, key=key, data=small_photo())
    run.sandbox.push()
    run.require(
        "upload-taken",
        "The browser's upload by the presigned URL is taken.",
        "" if answer.is_allowed else answer.words(),
        holds=answer.is_allowed,
    )
    run.settle()
    run.require(
        "photo-done",
        "The photo has its thumbnail and its item.",
        "" if not answer.is_allowed else where(run, key),
        holds=is_done(run, key),
    )


def _signed_url(run: Run, key: str) -> str:
    """Return a URL for one upload, signed in a session of the role: no call is made for it."""
    from botocore.config import Config  # noqa: PLC0415 - the cloud is loaded late

    arn = f"arn:aws:iam::{run.sandbox.topology.account}:role/{SIGNER}"
    credentials = run.client("sts").assume_role(RoleArn=arn, RoleSessionName="upload-page")[
        "Credentials"
    ]
    s3 = _s3(
        run,
        Config(signature_version="s3v4"),
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    where_to = {"Bucket": run.sandbox.topology.uploads.name, "Key": key}
    return str(s3.generate_presigned_url("put_object", Params=where_to, ExpiresIn=60 * _MINUTES))


def _browser_put(*, run: Run, url: str, key: str, data: bytes) -> Any:
    """Make the request that a browser makes: to the URL as it is, signed with nothing else."""
    from botocore import UNSIGNED  # noqa: PLC0415 - the cloud is loaded late
    from botocore.config import Config  # noqa: PLC0415

    def go_to_url(request: Any, **_: Any) -> None:
        request.url, request.params = url, {}

    s3 = _s3(run, Config(signature_version=UNSIGNED))
    s3.meta.events.register_first("request-created.s3.PutObject", go_to_url)
    return s3.put_object(Bucket=run.sandbox.topology.uploads.name, Key=key, Body=data)


def _s3(run: Run, config: Any, **credentials: str) -> Any:
    import boto3  # noqa: PLC0415 - the cloud is loaded late

    from pipeline.cloud.service_models import core_session  # noqa: PLC0415

    session = boto3.Session(
        region_name=run.sandbox.topology.region, botocore_session=core_session(), **credentials
    )
    return session.client("s3", config=config)
