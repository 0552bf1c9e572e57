"""Runs without a screen: inputs in, events out, and an account of every input."""
