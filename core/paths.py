"""How ids stand in addresses: UUIDs in any case of letters, since Swift and others print them in capitals."""

from django.urls import register_converter
from django.urls.converters import UUIDConverter


class Id(UUIDConverter):
    """Django's own takes small letters only; RFC 9562, section 4, has readers take both."""

    regex = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


register_converter(Id, "id")
