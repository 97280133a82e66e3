"""Who is at fault, and who bears the freight, of each case."""
