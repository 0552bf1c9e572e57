"""IAM as AWS evaluates it: standard library only, pure.

    policy.py       JSON text → Policy, or one sentence that says what is wrong
    request.py      who wants to do what to which resource, in which context
    matching.py     does an action, resource or principal element cover the request?
    conditions.py   do all conditions of a statement hold?
    evaluation.py   request + policies → Decision, with the reason for every statement
    operations.py   an API call → the actions, resources and context that AWS checks for it
    actions/        the table behind operations.py, a module a service
    wire.py         a denial as each service sends it

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""
