"""The line-by-line twin of the app: for pipes, screen readers and scripts.

Lines in, lines out: no cursor is moved, no box drawn and no colour used. Each kind of line begins
with a word of its own, and what continues a line is indented. It is the same course, the same
sittings and the same store as the app's.
"""
