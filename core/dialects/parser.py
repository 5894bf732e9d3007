"""How a JSON body is read, on every mount."""

from typing import Any

from drf_orjson_renderer.parsers import ORJSONParser


class JsonParser(ORJSONParser):
    """JSON is UTF-8 (RFC 8259, 8.1), whatever `charset` says: the library takes any codec of that name."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict | None = None) -> Any:
        return super().parse(stream, media_type, (parser_context or {}) | {"encoding": "utf-8"})
