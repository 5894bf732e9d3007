"""Action items: what somebody has to do, by when, and where it is tracked."""
