"""django-oscar, another open shop in Python, measured in the same run: same machine, same PostgreSQL server, a database of its own.

It is installed from PyPI into an environment of its own under `var/peers/`, with production settings (no DEBUG, compiled
templates kept, database connections kept open, mail to nowhere, 2 workers), and its own checkout is driven over HTTP.
"""

from saudagar.site.bench.oscar.peer import compare, measure_orders, measure_race

__all__ = ["compare", "measure_orders", "measure_race"]
