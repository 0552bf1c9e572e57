"""Grading: whether documents make an architecture work, and allow nothing else and nothing more.

::

    values       a Setup and what stands in it        → a Grade of three Parts with their Evidence
    documents    puts documents in their places, by real calls of the learner's
    scenarios    what must come about, by name        → works
    battery      what nobody may                      → nothing else
    shrinking    what could go without being missed   → nothing superfluous
    grade        all of it, in a fresh sandbox

A document that fails is a finding with its evidence; a grading that fails is a ``GradingError``.
Nothing here imports the cloud before something is graded.
"""
