"""What every provider of a kind promises; each vendor's, local and memory test subclasses the suite."""
