"""S3 → EventBridge → rules → queues: what goes where is decided by the event's content.

S3 tells the default bus of everything, with no permission to give; a rule's pattern looks at the
key's prefix and the object's size, and the target queue's own policy lets EventBridge send
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html). What a rule
cannot deliver goes to its dead-letter queue.
"""

from __future__ import annotations

from pipeline.topology.branching import Branch, Sender, make_branch
from pipeline.topology.building import Draft, numbered
from pipeline.topology.resources import Bucket, Rule, Target
from pipeline.topology.statements import policy
from pipeline.topology.thumbnails import (
    gallery_front_end,
    images_table,
    photo_arrows,
    photo_environment,
    photo_statements,
)
from pipeline.topology.values import Entry, Node, Place, Topology

PREFIX = "photos/"
"""What the rules ask of a key."""

LARGE = 1024 * 1024
"""Bytes from which on a photo is a large one."""


def eventbridge_topology(account: str, region: str) -> Topology:
    """Return S3 → EventBridge → two rules by prefix and size → two queues → two functions."""
    draft = Draft(account, region)
    uploads = Bucket(f"uploads-{account}", to_event_bus=True)
    thumbnails = Bucket(f"thumbnails-{account}")
    images = images_table(draft)
    undelivered = draft.dead_letters("undelivered-events")

    def branch_of(name: str, memory: int) -> Branch:
        return make_branch(
            draft,
            name,
            "handler",
            photo_statements(uploads, thumbnails, images),
            photo_environment(thumbnails, images),
            memory=memory,
            sender=Sender(
                "events.amazonaws.com",
                draft.arn("events", f"rule/{name}-photos"),
                f"{name}-rule",
            ),
        )

    def rule_of(branch: Branch, *size: object) -> Rule:
        return Rule(
            f"{branch.name}-photos",
            draft.arn("events", f"rule/{branch.name}-photos"),
            pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [uploads.name]},
                    "object": {"key": [{"prefix": PREFIX}], "size": [{"numeric": list(size)}]},
                },
            },
            targets=(Target("queue", branch.queue.arn, dead_letters_to=undelivered.arn),),
        )

    small, large = branch_of("small", 512), branch_of("large", 1024)
    branches = (small, large)
    rules = (rule_of(small, "<", LARGE), rule_of(large, ">=", LARGE))
    return Topology(
        name="eventbridge",
        summary="S3 → EventBridge → rules by prefix and size → two queues",
        account=account,
        region=region,
        entry=Entry("upload", uploads.name, "photo", prefix=PREFIX),
        buckets=(uploads, thumbnails),
        queues=(*(q for b in branches for q in (b.queue, b.dead_letters)), undelivered),
        rules=rules,
        tables=(images,),
        functions=tuple(b.function for b in branches),
        mappings=tuple(b.mapping for b in branches),
        other_roles=(gallery_front_end(draft, images),),
        policies={
            "undelivered-queue-policy": policy(
                *(
                    draft.sends(f"RuleToDeadLetters{n}", "events.amazonaws.com", undelivered, r.arn)
                    for n, r in enumerate(rules, 1)
                )
            ),
            **{place: document for b in branches for place, document in b.policies.items()},
        },
        places={
            "undelivered-queue-policy": Place("queue", undelivered.name),
            **{name: place for b in branches for name, place in b.places.items()},
        },
        nodes=(
            Node("uploads", "bucket", uploads.name, "uploads"),
            Node("bus", "bus", "default", "default bus"),
            Node("small-rule", "rule", rules[0].name, "small photos"),
            Node("large-rule", "rule", rules[1].name, "large photos"),
            *(node for b in branches for node in b.nodes),
            Node("thumbnails", "bucket", thumbnails.name, "thumbnails"),
            Node("table", "table", images.name, "images"),
        ),
        arrows=numbered(
            *(
                each
                for b in branches
                for each in b.arrows(
                    *photo_arrows(
                        uploads,
                        thumbnails,
                        images,
                        b.function,
                        node=b.name,
                        place=b.role_place,
                        name_prefix=f"{b.name}-",
                    )
                )
            )
        ),
        links=(("uploads", "bus"), ("bus", "small-rule"), ("bus", "large-rule")),
    )
