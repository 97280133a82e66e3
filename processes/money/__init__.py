"""Money: what is refunded and why, how it is paid out, and the books."""
