"""What people are told, in the product itself and by e-mail."""
