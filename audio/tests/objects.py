"""A storage of whole objects that has no paths, as S3 is one, in memory."""

from django.core.files.base import ContentFile
from django.core.files.storage import Storage


class ObjectStorage(Storage):
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def _save(self, name, content) -> str:
        self.objects[name] = b"".join(content.chunks())
        return name

    def _open(self, name, mode="rb") -> ContentFile:
        if name not in self.objects:
            raise FileNotFoundError(name)
        return ContentFile(self.objects[name], name)

    def exists(self, name) -> bool:
        return name in self.objects

    def delete(self, name) -> None:
        self.objects.pop(name, None)
