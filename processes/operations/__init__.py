"""The operations that the diagrams' service tasks call."""
