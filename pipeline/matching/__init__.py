"""Event patterns and filter policies: does this event match? Pure."""
