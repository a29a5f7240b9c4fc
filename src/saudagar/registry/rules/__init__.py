"""What is right and what is refused when a business registers. Pure: no database, no clock."""
