"""The content's table of prices: what a request, a gigabyte or an hour costs, and as of when.

Prices change, so each has its month and the site on which it was read. No question rests on one;
the chapter on cost multiplies them with the calls of its own runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from studyapp.study.documents import read_document
from studyapp.study.problems import CourseError, Problem, shown
from studyapp.study.toml_entries import Entry

PRICES_FILE = "prices.toml"

_KEYS = frozenset(
    {"id", "service", "what", "dollars", "per", "unit", "as_of", "seen_at", "official"}
)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one thing costs."""

    id: str
    """``s3-put``."""

    service: str
    what: str
    """What is counted, and in which class or mode."""

    dollars: float
    """US dollars for ``per`` units."""

    per: int
    unit: str
    """requests, GB-months, GB-seconds, units, hours or GB."""

    as_of: str
    """The month of the page on which it was read: ``2026-05``."""

    seen_at: str
    """That page's address, or its site's."""

    official: str
    """The address of AWS's own pricing page, which is what counts."""

    def of(self, amount: float) -> float:
        """Return what so many units cost, in US dollars."""
        return amount * self.dollars / self.per


def load_prices(folder: Traversable) -> Mapping[str, Price]:
    """Return a content folder's prices by id.

    Raises:
        CourseError: Something is wrong with them; ``problems`` says everything that is.
    """
    prices, problems = read_prices(folder)
    if problems:
        raise CourseError(problems)
    return prices


def read_prices(folder: Traversable) -> tuple[Mapping[str, Price], tuple[Problem, ...]]:
    """Return the prices by id, and everything that is wrong with the file."""
    document = read_document(folder, PRICES_FILE)
    if isinstance(document, Problem):
        return {}, (document,)
    table = document.entry
    table.knows(frozenset({"region", "currency", "price"}))
    table.one_of("currency", ("USD",))
    table.text("region")
    prices: dict[str, Price] = {}
    for entry in table.entries("price"):
        price = _price(entry)
        if price.id in prices:
            entry.fault("id", f"id {shown(price.id)} is used twice", "choose another for one")
        prices[price.id] = price
    return prices, tuple(document.problems())


def _price(entry: Entry) -> Price:
    entry.knows(_KEYS)
    month = entry.text("as_of")
    if month and not _MONTH.fullmatch(month):
        entry.fault("as_of", f"as_of is {shown(month)}", 'write a month like "2026-05"')
    return Price(
        id=entry.text("id"),
        service=entry.text("service"),
        what=entry.text("what"),
        dollars=_dollars(entry),
        per=entry.number("per", 1, _MOST),
        unit=entry.text("unit"),
        as_of=month,
        seen_at=_address(entry, "seen_at"),
        official=_address(entry, "official"),
    )


def _dollars(entry: Entry) -> float:
    value = entry.table.get("dollars")
    if type(value) in {int, float} and value > 0:  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    entry.fault("dollars", f"dollars is {shown(value)}", "write a number above 0")
    return 0.0


def _address(entry: Entry, key: str) -> str:
    address = entry.text(key)
    if address and not address.startswith("https://"):
        entry.fault(key, f"{key} is {shown(address)}", "write an address that begins with https://")
    return address
