"""Dates as each language writes them, the same as `look`'s filters `moment` and `day`. Django's own English puts the month first."""
