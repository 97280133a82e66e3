"""What `./tuidan test` does before and around pytest; no part of the running product."""
