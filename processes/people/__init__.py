"""People: accounts, roles, sign-in and who works for which shop."""
