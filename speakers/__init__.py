"""Speakers: whom a person meets, with name, address and company."""
