"""Warnings about a policy's version and the variables that it does or does not have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.iam.lint.remarks import Remark, warning
from pipeline.iam.written import VARIABLES_SINCE, PolicyView, texts_of


def versions(policy: PolicyView) -> Iterator[Remark]:
    """Yield remarks on an old version, and on variables that are plain text in it."""
    version = policy.document.get("Version", "2008-10-17")
    if version != "2008-10-17":
        return
    given = "Version" in policy.document
    yield warning(
        "old-version",
        f"{'Version 2008-10-17' if given else 'A policy without Version'} has no policy variables "
        "and is kept for old policies only.",
        ("Version",),
        suggestion=f'Write "Version": "{VARIABLES_SINCE}".',
        replacement=json.dumps(VARIABLES_SINCE) if given else None,
    )
    for statement in policy.statements:
        texts = [*statement.texts("Resource"), *statement.texts("NotResource")]
        for _, _, value, path in statement.conditions:
            texts += texts_of(value, path)
        for text in texts:
            if "${" in text.value:
                yield warning(
                    "variable-without-version",
                    f'"{text.value:.90}" is plain text: this version has no variables.',
                    text.path,
                    suggestion=f'Write "Version": "{VARIABLES_SINCE}" at the policy\'s start.',
                )
