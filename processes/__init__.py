"""The business: orders, shipments, cancellation cases, money and stock; it knows no web."""
