"""Conversation 协商: what buyer, seller and, once it is asked, the platform write to each other in a case."""
