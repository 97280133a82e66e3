"""Liability 责任: who is at fault and who bears what of each case, in books of double entry."""
