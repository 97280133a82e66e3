"""What is decided by rule alone: a buyer's standing, why a rule decided, and trying changed rules out."""
