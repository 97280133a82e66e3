"""Stand-ins of payment providers and storage, and a proxy that lets answers go astray."""
