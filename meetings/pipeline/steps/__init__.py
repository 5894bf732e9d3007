"""One module a step, in the order of `meetings.pipeline.definition`."""
