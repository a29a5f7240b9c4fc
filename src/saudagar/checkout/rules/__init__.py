"""What is promised and what is refused when goods are priced and ordered. Pure."""
