"""Django's PostgreSQL backend, told that `id` alone does not determine a row of a seller table."""
