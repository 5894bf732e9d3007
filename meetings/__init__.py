"""The aggregate: a meeting, the run that understands it, and the report."""
