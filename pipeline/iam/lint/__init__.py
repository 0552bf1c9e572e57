"""What IAM and the services reject in a policy, and what its author probably got wrong.

``lint`` reads a policy's text and returns findings, each with its place. Below it, ``loading`` says
what is no JSON, ``grammar`` what is no policy, and ``puts`` what the service that is to keep the
policy refuses, in its own words; these are errors. ``actions``, ``resources``, ``principals``,
``conditions``, ``breadth`` and ``versions`` warn.
"""

from pipeline.iam.lint.checking import lint
from pipeline.iam.lint.findings import Finding, Severity, findings_as_documents, render
from pipeline.iam.lint.puts import put_refusal
from pipeline.iam.lint.refusals import Refusal

__all__ = [
    "Finding",
    "Refusal",
    "Severity",
    "findings_as_documents",
    "lint",
    "put_refusal",
    "render",
]
