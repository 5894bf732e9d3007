"""Probing and decoding of whatever arrives as sound, without Django and without trust in the file.

`probe.probe` serves the web process, `isolate.decode_in_child` the worker, `chunks.plan` the pipeline.
"""
