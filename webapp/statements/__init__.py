"""对账单: what accounts of shops, carriers and the platform stand at, month by month."""
