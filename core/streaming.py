"""Long answers that are made while they are sent."""

from collections.abc import AsyncIterator, Callable, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


def download(blocks: Iterator[bytes], *, filename: str, content_type: str) -> StreamingHttpResponse:
    """An answer to be saved as a file. Each block is made when the client has taken the one before it: Django
    would collect all that a plain iterator yields before it sends the first byte over ASGI."""
    return StreamingHttpResponse(
        _one_by_one(blocks),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store",
        },
    )


async def _one_by_one(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following: Callable = sync_to_async(lambda: next(blocks, None))
    try:
        while (block := await following()) is not None:
            yield block
    finally:
        await sync_to_async(blocks.close)()
