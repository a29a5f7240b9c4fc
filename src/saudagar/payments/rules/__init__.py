"""What is right and what is refused about payments: QRIS, signatures of providers, and the life of a payment."""
