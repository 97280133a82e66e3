"""Counter-offers 协商方案: what a shop offers in place of what was asked for, and what becomes of it."""
