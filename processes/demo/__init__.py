"""Demo data: shops, people, orders and cases to try the product with."""
