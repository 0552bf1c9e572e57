"""The table behind ``operations.py``: for each service, what each of its operations needs.

Actions and resource types are the Service Authorization Reference's
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
"""
