"""Webhooks: an event told to an address of somebody's own (Standard Webhooks 1.0.0).

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Notice:
    url: str
    id: str
    """`webhook-id`: the same however often it is sent, so that the receiver knows a repeat."""
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)
    """Base64 with the prefix `whsec_`, the newest first; each of them signs."""


@dataclass(frozen=True)
class Told:
    status: int


class Webhooks(Protocol):
    def tell(self, notice: Notice) -> Told:
        """Raises Unavailable for every answer but 2xx and 410, for which it raises Rejected: nobody listens
        there any more. AddressRefused where the address is not public."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
