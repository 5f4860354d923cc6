"""Which exhibitor gets which booth: repeatable, explained, applied in one transaction."""
