"""One 4 MB object put and read again: through the gate and the body store, against plain moto."""

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, paired, printed_by

ROUNDS = """
import statistics, time
def rounds(s3, bucket):
    times = []
    for number in range({objects}):
        started = time.perf_counter()
        s3.put_object(Bucket=bucket, Key=str(number), Body=photo)
        read = s3.get_object(Bucket=bucket, Key=str(number))["Body"].read()
        times.append(time.perf_counter() - started)
        assert read == photo
    return statistics.median(times[1:])
"""

OURS = (
    ROUNDS
    + """
import os
from pipeline.sandbox import Sandbox
photo = os.urandom(4_000_000)
with Sandbox() as sandbox:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="bodies-of-the-benchmark")
    print(rounds(s3, "bodies-of-the-benchmark"))
"""
)

FLOOR = (
    ROUNDS
    + """
import os
import boto3
from moto import mock_aws
photo = os.urandom(4_000_000)
with mock_aws():
    s3 = boto3.Session("testing", "testing", region_name="us-east-1").client("s3")
    s3.create_bucket(Bucket="bodies-of-the-benchmark")
    print(rounds(s3, "bodies-of-the-benchmark"))
"""
)


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield one object put and read in the sandbox against plain moto."""
    objects = 25 if full else 12
    ours, floor = (script.format(objects=objects) for script in (OURS, FLOOR))
    yield paired(
        "4 MB object, put and read again / plain moto",
        lambda: float(printed_by(ours)),
        lambda: float(printed_by(floor)),
        limit=1.5,
        runs=5 if full else 3,
    )
