"""AWS authorization without AWS: what a call needs, whether policies allow it, how a refusal looks.

::

    operations.requirements   an API call        → the actions and resources it needs
    request.request_context   who, where, when   → the condition keys every request carries
    policy.parse_policy       a document         → a Policy, or one clear PolicyError
    evaluation.evaluate       Request + Policies → a Decision that explains every statement
    counterfactual            Request + Policies → the smallest edits that would turn the decision
    wire.denial               a Decision         → the bytes that the service answers with
    lint.lint                 a document's text  → what is wrong with it, and where
    questions.answer_line     a line of JSON     → the answer to it, for ``python -m pipeline.iam``

Underneath: ``documents`` reads JSON, ``elements`` and ``conditions`` read the parts of a statement;
``glob``, ``variables``, ``matching`` and ``operators`` compare values; ``tracing`` holds a request
against each statement, ``verdicts`` says where an allow must come from, and ``decisions`` words
the outcome; ``actions`` has one table of operations for each service and ``catalogue`` every action
with the resources it knows; ``protocols`` and ``spelling`` write errors as each service does;
``positions`` and ``written`` look at a policy as its author wrote it, ``writing`` writes one back.

Everything is a pure function of values, from the standard library alone. What is not modelled is
refused with an error or left unmatched with a reason, never waved through.
"""
