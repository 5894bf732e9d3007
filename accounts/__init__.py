"""Users, passwords, tokens: who somebody is."""
