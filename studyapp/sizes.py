"""The sizes of terminal, in characters, that the screens are made for."""

LEAST_COLUMNS, LEAST_ROWS = 60, 16
"""Below this the app says which size it needs."""

WIDE_COLUMNS, WIDE_ROWS = 118, 36
"""From this on everything of the Live screen is visible side by side."""
