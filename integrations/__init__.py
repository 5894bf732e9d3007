"""The outside world: contracts, and the providers that keep them, ours and the vendors'."""
