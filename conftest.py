"""Tests run against embedded PostgreSQL, as the platform itself does."""
