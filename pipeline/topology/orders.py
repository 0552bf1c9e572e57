"""An order through SNS to shipping, billing and analytics: the exam's own fan-out.

Shipping has a filter policy on the message's body, so that an order of nothing but gift cards,
which go by e-mail, is not shipped
(https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html).
"""

from __future__ import annotations

from pipeline.topology.branching import Branch, Sender, make_branch
from pipeline.topology.building import Draft, numbered
from pipeline.topology.resources import Subscription, Topic
from pipeline.topology.statements import allow
from pipeline.topology.values import Arrow, Entry, Node, Topology

SHIPPED = {"items": {"sku": [{"anything-but": {"prefix": "GIFT-"}}]}}
"""Orders with at least one line that is no gift card."""


def orders_topology(account: str, region: str) -> Topology:
    """Return SNS → three queues → shipping, billing and analytics functions."""
    draft = Draft(account, region)
    topic_arn = draft.arn("sns", "orders")
    tables = {
        "shipping": draft.table("shipments", "order_id"),
        "billing": draft.table("invoices", "order_id"),
        "analytics": draft.table("statistics", "entry"),
    }
    actions: dict[str, tuple[str, ...]] = {
        "shipping": ("dynamodb:PutItem",),
        "billing": ("dynamodb:PutItem",),
        "analytics": ("dynamodb:PutItem", "dynamodb:UpdateItem"),
    }
    meanings = {
        "shipping": "A conditional write: the second message of an order finds it shipped.",
        "billing": "An invoice for what the lines cost together, if the order says the same.",
        "analytics": "One transaction counts an order and marks it counted: both or neither.",
    }

    def branch_of(name: str) -> Branch:
        return make_branch(
            draft,
            name,
            name,
            (allow("FunctionWritesTable", *actions[name], Resource=tables[name].arn),),
            {f"{tables[name].name.upper()}_TABLE": tables[name].name},
            sender=Sender("sns.amazonaws.com", topic_arn, "topic"),
        )

    def arrows_of(branch: Branch) -> tuple[Arrow, ...]:
        table = tables[branch.name]
        return branch.arrows(
            branch.writes(
                table.name,
                "FunctionWritesTable",
                actions[branch.name],
                table.arn,
                meaning=meanings[branch.name],
            )
        )

    branches = tuple(branch_of(name) for name in tables)
    shipping, billing, analytics = (b.queue.arn for b in branches)
    topic = Topic(
        "orders",
        topic_arn,
        subscriptions=(
            Subscription(shipping, raw=True, filter_policy=SHIPPED, filter_scope="MessageBody"),
            Subscription(billing, raw=True),
            Subscription(analytics),
        ),
    )
    return Topology(
        name="orders",
        summary="SNS → three queues → shipping, billing and analytics",
        account=account,
        region=region,
        entry=Entry("publish", topic_arn, "order"),
        queues=tuple(q for b in branches for q in (b.queue, b.dead_letters)),
        topics=(topic,),
        tables=tuple(tables.values()),
        functions=tuple(b.function for b in branches),
        mappings=tuple(b.mapping for b in branches),
        policies={place: document for b in branches for place, document in b.policies.items()},
        places={name: place for b in branches for name, place in b.places.items()},
        nodes=(
            Node("topic", "topic", topic.name, "orders topic"),
            *(node for b in branches for node in b.nodes),
            *(Node(t.name, "table", t.name, t.name) for t in tables.values()),
        ),
        arrows=numbered(*(each for b in branches for each in arrows_of(b))),
    )
