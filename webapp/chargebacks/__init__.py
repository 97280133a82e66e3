"""拒付: payments that buyers dispute at their banks, for agents and operators."""
