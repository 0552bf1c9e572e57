"""S3 → SNS → several queues: one upload, three consumers that know nothing of one another.

A topic pushes to queues, and each queue's own policy lets it in
(https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html). The thumbnail and
index queues get S3's message as it is (raw delivery); the audit queue gets it in SNS's envelope.
"""

from __future__ import annotations

from pipeline.topology.branching import Sender, make_branch
from pipeline.topology.building import Draft, arrow, numbered
from pipeline.topology.resources import Bucket, Notification, Subscription, Topic
from pipeline.topology.statements import allow, policy
from pipeline.topology.thumbnails import (
    EVERY_CREATION,
    gallery_front_end,
    images_table,
    photo_arrows,
    photo_environment,
    photo_statements,
)
from pipeline.topology.values import Entry, Node, Place, Topology

TOPIC_POLICY = "topic-policy"


def fanout_topology(account: str, region: str) -> Topology:
    """Return S3 → SNS → three queues → thumbnail, catalogue and audit functions."""
    draft = Draft(account, region)
    topic_arn = draft.arn("sns", "uploads")
    uploads = Bucket(
        f"uploads-{account}",
        notifications=(Notification("uploads-to-topic", topic_arn, EVERY_CREATION),),
    )
    thumbnails, audits = Bucket(f"thumbnails-{account}"), Bucket(f"audit-{account}")
    images = images_table(draft)
    catalogue = draft.table("catalogue", "object_id")
    by_topic = Sender("sns.amazonaws.com", topic_arn, "topic")
    thumbnail = make_branch(
        draft,
        "thumbnail",
        "handler",
        photo_statements(uploads, thumbnails, images),
        photo_environment(thumbnails, images),
        memory=1024,
        sender=by_topic,
    )
    index = make_branch(
        draft,
        "index",
        "index",
        (allow("FunctionWritesCatalogue", "dynamodb:PutItem", Resource=catalogue.arn),),
        {"CATALOGUE_TABLE": catalogue.name},
        sender=by_topic,
    )
    audit = make_branch(
        draft,
        "audit",
        "audit",
        (allow("FunctionWritesAudit", "s3:PutObject", Resource=f"{audits.arn}/*"),),
        {"AUDIT_BUCKET": audits.name},
        sender=by_topic,
    )
    branches = (thumbnail, index, audit)
    topic = Topic(
        "uploads",
        topic_arn,
        subscriptions=(
            Subscription(thumbnail.queue.arn, raw=True),
            Subscription(index.queue.arn, raw=True),
            Subscription(audit.queue.arn),
        ),
    )
    return Topology(
        name="fanout",
        summary="S3 → SNS → three queues → three functions",
        account=account,
        region=region,
        entry=Entry("upload", uploads.name, "photo"),
        buckets=(uploads, thumbnails, audits),
        queues=tuple(q for b in branches for q in (b.queue, b.dead_letters)),
        topics=(topic,),
        tables=(images, catalogue),
        functions=tuple(b.function for b in branches),
        mappings=tuple(b.mapping for b in branches),
        other_roles=(gallery_front_end(draft, images),),
        policies={
            TOPIC_POLICY: policy(
                draft.owns_topic(topic_arn),
                draft.publishes("S3ToTopic", "s3.amazonaws.com", topic_arn, uploads.arn),
            ),
            **{place: document for b in branches for place, document in b.policies.items()},
        },
        places={
            TOPIC_POLICY: Place("topic", topic.name),
            **{name: place for b in branches for name, place in b.places.items()},
        },
        nodes=(
            Node("uploads", "bucket", uploads.name, "uploads"),
            Node("topic", "topic", topic.name, "uploads topic"),
            *(node for b in branches for node in b.nodes),
            Node("thumbnails", "bucket", thumbnails.name, "thumbnails"),
            Node("table", "table", images.name, "images"),
            Node("catalogue", "table", catalogue.name, "catalogue"),
            Node("audits", "bucket", audits.name, "audit trail"),
        ),
        arrows=numbered(
            arrow(
                "s3-to-topic",
                "uploads",
                "topic",
                by=("s3", "s3.amazonaws.com"),
                grant=(TOPIC_POLICY, "S3ToTopic"),
                actions="sns:Publish",
                resource=topic_arn,
                meaning="The topic's own policy lets S3 publish, and only for this bucket.",
            ),
            *thumbnail.arrows(
                *photo_arrows(
                    uploads,
                    thumbnails,
                    images,
                    thumbnail.function,
                    node=thumbnail.name,
                    place=thumbnail.role_place,
                )
            ),
            *index.arrows(
                index.writes(
                    "catalogue",
                    "FunctionWritesCatalogue",
                    "dynamodb:PutItem",
                    catalogue.arn,
                    meaning="The catalogue is made of the events alone: no object is read.",
                )
            ),
            *audit.arrows(
                audit.writes(
                    "audits",
                    "FunctionWritesAudit",
                    "s3:PutObject",
                    f"{audits.arn}/*",
                    meaning="An audit record is an object of its own that nobody changes.",
                )
            ),
        ),
    )
