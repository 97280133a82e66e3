"""The command line of the product: one module for each group of commands."""
