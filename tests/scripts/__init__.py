"""The tooling, as far as it is code that can be wrong."""
