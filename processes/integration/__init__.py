"""What other systems do by the HTTP API, as far as it is not a person's doing: requests that repeat."""
