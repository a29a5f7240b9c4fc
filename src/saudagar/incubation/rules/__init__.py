"""Pure functions: changing the texts of a rulebook, replaying orders under two of them, measuring a pilot."""
