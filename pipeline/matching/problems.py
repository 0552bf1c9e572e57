"""What is wrong with a pattern, in the services' words."""


class PatternError(ValueError):
    """A pattern that EventBridge or SNS refuses; its text is the reason that they give."""
