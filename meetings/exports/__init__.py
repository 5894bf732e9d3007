"""A meeting as files, for who takes it along."""
