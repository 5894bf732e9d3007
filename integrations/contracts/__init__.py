"""One module a capability: the dataclasses that cross the border and the Protocol that providers keep.

Nothing here or in `integrations.providers` imports Django, so a provider serves a plain script too.
A provider's class takes one frozen `Options` dataclass (its attribute `Options`), knows its stable `engine`
name (stored in rows: never rename one) and answers `probe()`, which is cheap and loads no model.
"""
