"""What the platform has paid out to shops, and what it has to get back from them when it refunds."""
