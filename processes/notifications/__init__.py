"""What people are told, in the product itself."""
