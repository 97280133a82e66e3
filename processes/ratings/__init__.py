"""Ratings 评价: what a buyer thinks of how a case was handled, and what the shop says to it."""
