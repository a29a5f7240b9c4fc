"""What readiness is made of. Pure: no database, no clock."""
