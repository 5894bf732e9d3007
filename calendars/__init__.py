"""Calendars: events of a person, and the accounts elsewhere that they are kept in."""
