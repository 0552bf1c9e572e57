"""What would have to be different: the smallest edits that change a decision, and what it rests on.

::

    counterfactuals   a denied request   → sets of edits, each of which alone would allow it, and
                                           why one more statement elsewhere would not
    needed            an allowed request → the statements without which it would be denied
    advice            either, as text for a person

``evaluate`` is the judge of everything here: no edit is proposed that it has not allowed, none is
left in a set that it could spare, and no place is ruled out that it has not refused. Underneath:
``places`` finds policies and puts them back, ``edits`` are the changes, ``additions``,
``near_misses`` and ``narrowing`` think of them, ``search`` puts them together, ``elsewhere`` and
``needs`` answer the other two questions, ``wording`` has the sentences.
"""

from pipeline.iam.counterfactual.advice import advice
from pipeline.iam.counterfactual.edits import Edit, EditKind, apply
from pipeline.iam.counterfactual.elsewhere import WhyNot
from pipeline.iam.counterfactual.needs import Needed, StatementPlace, needed
from pipeline.iam.counterfactual.places import Place
from pipeline.iam.counterfactual.search import (
    MOST_EDITS,
    MOST_SETS,
    Counterfactual,
    counterfactuals,
)

__all__ = [
    "MOST_EDITS",
    "MOST_SETS",
    "Counterfactual",
    "Edit",
    "EditKind",
    "Needed",
    "Place",
    "StatementPlace",
    "WhyNot",
    "advice",
    "apply",
    "counterfactuals",
    "needed",
]
