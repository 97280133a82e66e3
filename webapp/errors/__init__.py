"""What readers see when something is refused or goes wrong."""
