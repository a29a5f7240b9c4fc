"""The one place that reads the clock. Pages and jobs read it and pass the moment down; rules and actions never ask."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)
