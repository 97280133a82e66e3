"""Orders: lines with counters, payments and fulfilment holds."""
