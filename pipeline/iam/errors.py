"""The error of everything that reads policies."""


class PolicyError(ValueError):
    """A document is no policy; the text says what is wrong and where."""
