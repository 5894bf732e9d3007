"""`make demo`: a client that sends one recording through a server of its own and prints the report."""
