"""Screens: each wires widgets to what is known, and keys to commands."""
