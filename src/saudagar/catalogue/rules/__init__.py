"""What is right about a product, and how a foreign product list is read. Pure: no database, no clock."""
