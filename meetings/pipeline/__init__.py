"""From a sealed recording to a report, step by step."""
