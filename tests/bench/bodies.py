"""One 4 MB object put and read again: through the gate and the body store, against plain moto."""

from __future__ import annotations

import subprocess
import sys

from harness import Measure, paired

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


def seconds(script: str, objects: int) -> float:
    """Return the median seconds an object took in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", script.format(objects=objects)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ended.stdout)


def measure(runs: int = 5, objects: int = 25) -> Measure:
    """Return one object put and read in the sandbox against plain moto."""
    return paired(
        "4 MB object, put and read again / plain moto",
        lambda: seconds(OURS, objects),
        lambda: seconds(FLOOR, objects),
        limit=1.5,
        runs=runs,
    )
