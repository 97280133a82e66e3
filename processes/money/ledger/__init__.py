"""The embedded refund gateway: double-entry books in the database, with faults on demand."""
