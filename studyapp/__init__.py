"""The study app: terminal screens over the pipeline and the course."""

__version__ = "0.1.0"
