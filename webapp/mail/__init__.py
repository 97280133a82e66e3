"""E-mail in words: what ``processes.notifications`` sends, as its reader's language has it."""
