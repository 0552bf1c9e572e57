"""One 12-megapixel JPEG, from upload to recorded item: against Pillow and the bare calls on moto.

The floor is the least that any pipeline does: Pillow's own thumbnail, and one PutObject,
SendMessage, ReceiveMessage, GetObject, PutObject, PutItem and DeleteMessage without a gate, a
notification, a claim or a log.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness import Measure, paired, printed_by

PICTURE = """
import io
from PIL import Image
noise = Image.effect_noise((1000, 750), 90).resize((4000, 3000))
gradient = Image.linear_gradient("L").resize((4000, 3000))
picture = Image.merge("RGB", (noise, noise.transpose(0), gradient))
buffer = io.BytesIO()
picture.save(buffer, "JPEG", quality=88)
photo = buffer.getvalue()
"""

OURS = (
    PICTURE
    + """
import statistics, time
from pipeline.sandbox import Sandbox
with Sandbox() as sandbox:
    times = []
    for number in range({photos}):
        started = time.perf_counter()
        sandbox.upload(photo, f"{{number}}.jpg")
        sandbox.run_until_idle()
        times.append(time.perf_counter() - started)
    assert sandbox.snapshot().thumbnails == {photos}
    print(statistics.median(times[1:]))
"""
)

FLOOR = (
    PICTURE
    + """
import statistics, time
import boto3
from moto import mock_aws
def thumbnail(data):
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (256, 256))
    image.thumbnail((256, 256))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
with mock_aws():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    s3, sqs, dynamodb = session.client("s3"), session.client("sqs"), session.client("dynamodb")
    s3.create_bucket(Bucket="uploads")
    s3.create_bucket(Bucket="thumbnails")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    dynamodb.create_table(
        TableName="images", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{{"AttributeName": "image_id", "AttributeType": "S"}}],
        KeySchema=[{{"AttributeName": "image_id", "KeyType": "HASH"}}])
    times = []
    for number in range({photos}):
        key = f"{{number}}.jpg"
        started = time.perf_counter()
        s3.put_object(Bucket="uploads", Key=key, Body=photo)
        sqs.send_message(QueueUrl=url, MessageBody=key)
        message = sqs.receive_message(QueueUrl=url)["Messages"][0]
        data = s3.get_object(Bucket="uploads", Key=message["Body"])["Body"].read()
        s3.put_object(Bucket="thumbnails", Key=key, Body=thumbnail(data))
        dynamodb.put_item(TableName="images", Item={{"image_id": {{"S": key}}}})
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        times.append(time.perf_counter() - started)
    print(statistics.median(times[1:]))
"""
)


def measures(*, full: bool) -> Iterator[Measure]:
    """Yield one photo through the pipeline against the floor."""
    photos = 9 if full else 5
    ours, floor = (script.format(photos=photos) for script in (OURS, FLOOR))
    yield paired(
        "12-megapixel JPEG, upload to item / Pillow and bare calls",
        lambda: float(printed_by(ours)),
        lambda: float(printed_by(floor)),
        limit=2.0,
        runs=5 if full else 3,
    )
