"""A spike: photos that wait in the queue are drained; against Pillow and the bare calls on moto.

The floor gets the same photos, on as many threads as there are cores, and makes the calls that the
pipeline makes, on plain moto. It drains fifty at a time: moto keeps every object in memory, and its
queue takes longer the longer it is; so the floor is better than moto would be at full size.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, printed_by

SETUP = """
import io, json, os, sys, time
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
from pipeline.burst.photos import Photos
photos = Photos.of_size({width}, {height})
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
"""

OURS = (
    SETUP
    + """
from pipeline.burst.memory import peak_memory_mb
from pipeline.burst.plan import BurstPlan
from pipeline.sandbox import Sandbox
with Sandbox() as sandbox:
    sandbox.subscribe(lambda _: None)
    for number in range({count}):
        sandbox.upload(photos.photo(number), f"burst/{{number}}.jpg")
    started = time.perf_counter()
    with sandbox.parallel(cores) as pool:
        while pool.feed() or pool.busy:
            pool.collect()
    seconds = time.perf_counter() - started
    assert len(sandbox.object_keys(sandbox.topology.thumbnails.name)) == {count}
    print(json.dumps({{"seconds": seconds, "peak": peak_memory_mb()}}))
"""
)

FLOOR = (
    SETUP
    + """
import boto3
from moto import mock_aws
def thumbnail(data):
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (256, 256))
    image.thumbnail((256, 256))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
bodies = [photos.photo(number) for number in range(10)]
def alone(number):
    return len(thumbnail(bodies[number % 10]))
with ThreadPoolExecutor(cores) as pool:
    started = time.perf_counter()
    list(pool.map(alone, range({count})))
    pillow = time.perf_counter() - started
with mock_aws():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    clients = {{name: session.client(name) for name in ("s3", "sqs", "dynamodb", "logs")}}
    s3, sqs, dynamodb, logs = clients.values()
    s3.create_bucket(Bucket="uploads")
    s3.create_bucket(Bucket="thumbnails")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    dynamodb.create_table(
        TableName="images", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{{"AttributeName": "image_id", "AttributeType": "S"}}],
        KeySchema=[{{"AttributeName": "image_id", "KeyType": "HASH"}}])
    logs.create_log_group(logGroupName="l")
    logs.create_log_stream(logGroupName="l", logStreamName="s")
    def batch(_):
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            key = message["Body"]
            dynamodb.put_item(
                TableName="images",
                Item={{"image_id": {{"S": key}}, "status": {{"S": "processing"}}}},
                ConditionExpression="attribute_not_exists(image_id) OR #s <> :done",
                ExpressionAttributeNames={{"#s": "status"}},
                ExpressionAttributeValues={{":done": {{"S": "done"}}}})
            data = s3.get_object(Bucket="uploads", Key=key)["Body"].read()
            s3.put_object(Bucket="thumbnails", Key=key, Body=thumbnail(data))
            dynamodb.put_item(
                TableName="images", Item={{"image_id": {{"S": key}}, "status": {{"S": "done"}}}})
        logs.put_log_events(
            logGroupName="l", logStreamName="s",
            logEvents=[{{"timestamp": int(time.time() * 1000), "message": key}}])
        sqs.delete_message_batch(QueueUrl=url, Entries=[
            {{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]}} for n, m in enumerate(messages)])
    seconds, done = 0.0, 0
    with ThreadPoolExecutor(cores) as pool:
        while done < {count}:
            some = min(50, {count} - done)
            for number in range(done, done + some):
                s3.put_object(Bucket="uploads", Key=str(number), Body=photos.photo(number))
                sqs.send_message(QueueUrl=url, MessageBody=str(number))
            started = time.perf_counter()
            list(pool.map(batch, range(-(-some // 10))))
            seconds += time.perf_counter() - started
            for number in range(done, done + some):
                s3.delete_object(Bucket="uploads", Key=str(number))
            done += some
    found = dynamodb.scan(TableName="images", Select="COUNT")["Count"]
    assert found == {count}, found
    print(json.dumps({{"seconds": seconds, "pillow": pillow}}))
"""
)

LONG = """
import json, time
from pipeline import events as e
from pipeline.burst.driving import Burst
from pipeline.burst.plan import BurstPlan
from pipeline.headless.bursting import cores
from pipeline.sandbox import Sandbox
marks = []
def listen(event):
    if isinstance(event, e.BurstProgressed):
        marks.append((event.done, time.perf_counter()))
with Sandbox() as sandbox:
    plan = BurstPlan({count}, ({width}, {height}), workers=cores())
    finished = Burst(sandbox, plan, listen).run()
def at(done):
    return next(moment for count, moment in marks if count >= done)
part = {count} // 10
first = at(part + part // 2) - at(part // 2)
last = marks[-1][1] - at({count} - part)
print(json.dumps({{"uploaded": finished.uploaded, "thumbnails": finished.thumbnails,
                   "rate": finished.photos_per_second, "peak": finished.peak_memory_mb,
                   "first": first, "last": last}}))
"""


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield the throughput of a drain, its memory, and whether a long one slows down."""
    count = 1000 if full else 60
    sizes = {"count": count, "width": 4000, "height": 3000}
    ours, floor = printed_by(OURS.format(**sizes)), printed_by(FLOOR.format(**sizes))
    yield Measure(
        f"{count} waiting 12-megapixel photos drained, photos/s / bare calls",
        ours=count / ours["seconds"],
        floor=count / floor["seconds"],
        value=floor["seconds"] / ours["seconds"],
        limit=0.85,
        unit="/s",
        runs=1,
        is_least=True,
    )
    yield Measure(
        "the same / Pillow alone on as many threads",
        ours=count / ours["seconds"],
        floor=count / floor["pillow"],
        value=floor["pillow"] / ours["seconds"],
        limit=0.5,
        unit="/s",
        runs=1,
        is_least=True,
    )
    yield _peak("peak memory, first uploaded, then drained", ours["peak"])
    together = printed_by(LONG.format(**sizes))
    yield _peak("peak memory, uploaded and drained at once", together["peak"])
    small = printed_by(LONG.format(count=10_000 if full else 600, width=64, height=48))
    yield Measure(
        f"{small['uploaded']:,} small photos: last tenth / first tenth",
        ours=small["last"],
        floor=small["first"],
        value=small["last"] / small["first"],
        limit=1.3,
        unit="s",
        runs=1,
    )


def _peak(name: str, megabytes: float) -> Measure:
    return Measure(
        name,
        ours=megabytes,
        floor=None,
        value=megabytes,
        limit=500.0,
        unit="MB",
        runs=1,
        is_ratio=False,
    )
