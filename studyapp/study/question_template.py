"""The text from which an author writes a new question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from studyapp.study.course import QuestionKind

BLANK = "# blank:"
"""Marks what the author fills in; everything else can be loaded as it is."""

_HEAD = '''
[[question]]
id = "" {blank} "{topic}/" and what it asks, in small letters, like {topic}/what-it-asks
kind = "{kind}"
domain = "" {blank} {domains}
task = "" {blank} {tasks}
difficulty = 2 # 1 recalls, 2 applies, 3 weighs several right-looking answers
{blank} stem: the situation, and after an empty line the question{choose}
stem = """
"""
hint = "" {blank} what to think of, without saying the key
# experiment = "" # the id of the one that proves the key (studyapp experiments list)
# lab = "" # the slug of a lab on the same thing
# exam_only = true # practice leaves it out
'''

_KEY = """
[[question.option]]
text = "" {blank} the key; about as long as the others
rationale = "" {blank} why it is right
key = true
# observation = "" # of the experiment: that it holds confirms this
"""

_DISTRACTOR = """
[[question.option]]
text = "" {blank} wrong for one clear reason, and tempting
rationale = "" {blank} why it is wrong
misconception = "" {blank} an id from course.toml
# observation = "" # of the experiment: that it holds refutes this
"""

_REFERENCE = """
[[question.reference]]
url = "" {blank} https://docs.aws.amazon.com/ and the page that says so
checked = {today}
"""


def question_template(
    topic: str,
    kind: QuestionKind,
    *,
    domains: Sequence[str],
    tasks: Sequence[str],
    before: int,
    today: dt.date,
) -> str:
    """Return a question with blanks, each marked and explained.

    ``before`` is how many questions the topic has: the key's place moves on with each, since
    authors leave it where the template has it.
    """
    if kind is QuestionKind.MULTIPLE_CHOICE:
        options, keys, choose = 4, {before % 4}, ""
    else:
        options, keys, choose = 5, {before % 5, (before + 2) % 5}, '; say "Choose two."'
    head = _HEAD.format(
        blank=BLANK,
        topic=topic,
        kind=kind.value,
        domains=", ".join(domains),
        tasks=", ".join(tasks),
        choose=choose,
    )
    rest = "".join(_KEY if place in keys else _DISTRACTOR for place in range(options))
    return head + (rest + _REFERENCE).format(blank=BLANK, today=today)
