"""Widgets: values in, messages out. None opens a file, a store or a sandbox."""
