"""The shared kernel: errors, rows, jobs, events, dialects. It knows no word of the domain."""
