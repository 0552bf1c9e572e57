"""Look-ups in the table as a web front end makes them, and the one it does not make.

GetItem reads one item by its key; Query reads what matches in an index; Scan reads, and bills, the
whole table whatever it is asked
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline import events as e
from pipeline.clock import Clock
from pipeline.observation import plain_item
from pipeline.topology import Topology


@dataclass(frozen=True, slots=True)
class LookUps:
    """A front end's reads."""

    topology: Topology
    clock: Clock
    emit: e.Emit
    connect: Callable[[], Any]
    """Returns a DynamoDB client with the front end's credentials."""

    def item(self, image_id: str) -> dict[str, Any] | None:
        """GetItem: one key, one item read."""
        table = self.topology.table
        answer = self.connect().get_item(
            TableName=table.name, Key={table.partition_key: {"S": image_id}}
        )
        items = [plain_item(answer["Item"])] if "Item" in answer else []
        self._announce_read("GetItem", items, len(items))
        return items[0] if items else None

    def failed(self) -> list[dict[str, Any]]:
        """Query the index: reads only what matches, in the order of time, newest first."""
        index = self.topology.index
        answer = self.connect().query(
            TableName=self.topology.table.name,
            IndexName=index.name,
            KeyConditionExpression="#status = :failed",
            ExpressionAttributeNames={"#status": index.partition_key},
            ExpressionAttributeValues={":failed": {"S": "failed"}},
            ScanIndexForward=False,
        )
        items = [plain_item(item) for item in answer["Items"]]
        self._announce_read("Query", items, answer["ScannedCount"])
        return items

    def scan(self) -> list[dict[str, Any]]:
        """Scan: reads, and bills, every item there is."""
        answer = self.connect().scan(TableName=self.topology.table.name)
        items = [plain_item(item) for item in answer["Items"]]
        self._announce_read("Scan", items, answer["ScannedCount"])
        return items

    def _announce_read(self, operation: str, items: list[dict[str, Any]], scanned: int) -> None:
        self.emit(
            e.ItemsRead(
                time=self.clock.elapsed(),
                operation=operation,
                count=len(items),
                scanned=scanned,
                items=tuple(items),
            )
        )
