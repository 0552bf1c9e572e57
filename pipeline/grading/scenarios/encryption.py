"""Photos that are encrypted at rest with a customer managed key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

from pipeline.grading.documents import key_arn
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import is_done, small_photo, where, without_log_groups
from pipeline.grading.scenarios.every_upload import require_accepted_mappings
from pipeline.grading.scenarios.registry import scenario
from pipeline.grading.values import Forbidden


@scenario("encrypted-photos")
def encrypted_photos(run: Run) -> None:
    """Let the bucket of uploads encrypt with the lab's key by default, and upload."""
    other = run.client("kms").create_key(Description="Of the payroll")["KeyMetadata"]["Arn"]
    why = "The function could read what another department has encrypted."
    run.forbidden.append(Forbidden("function", "kms:Decrypt", other, why))
    without_log_groups(run)
    require_accepted_mappings(run)
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn(run.sandbox)}
    run.client("s3").put_bucket_encryption(
        Bucket=run.sandbox.topology.uploads.name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]
        },
    )
    run.settle()
    for name in ("passport.jpg", "album/garden.jpg"):
        run.submit(name, small_photo())
        run.settle()
        run.require(
            f"{name.rpartition('/')[2].partition('.')[0]}-done",
            f"{name}, encrypted with the customer managed key, is done.",
            where(run, name),
            holds=is_done(run, name),
        )
