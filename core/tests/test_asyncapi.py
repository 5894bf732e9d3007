"""The description of a socket holds all that it tells, takes, hears and asks, and hides nothing."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from core import asyncapi
from core.realtime import Control, Event
from core.sockets import CLOSES, LiveConsumer


@dataclass(frozen=True)
class Greeted(Event):
    """Somebody came in."""

    type: ClassVar[str] = "greeted"

    name: str
    """As they call themselves."""


@dataclass(frozen=True)
class Wave(Control):
    """Greets the others."""

    type: ClassVar[str] = "wave"

    hands: int = 1


@dataclass(frozen=True)
class Rename(Control):
    """Takes another name."""

    type: ClassVar[str] = "rename"

    name: str


@dataclass(frozen=True)
class Bow(Control):
    """Needs no words."""

    type: ClassVar[str] = "bow"


@dataclass(frozen=True)
class Wish:
    after: int = 0
    """The last one seen."""


class Lobby(LiveConsumer):
    """Where people
    meet."""

    tells = (Greeted,)
    takes = (Wave, Rename, Bow)
    hears = "Singing."
    asks = Wish
    closes = {4418: "A teapot."}


def described(*sockets: asyncapi.Socket) -> dict:
    return asyncapi.document(sockets, info={"title": "t", "version": "1"}, servers={})


LOBBY = asyncapi.Socket("ws/lobbies/<id:lobby_id>", Lobby)


def test_a_channel_has_the_address_the_query_and_the_close_codes_of_its_consumer():
    channel = described(LOBBY)["channels"]["Lobby"]
    assert (channel["address"], channel["description"]) == ("/ws/lobbies/{lobby_id}", "Where people meet.")
    assert channel["parameters"].keys() == {"lobby_id"}
    assert channel["bindings"]["ws"]["query"] == {
        "type": "object",
        "properties": {"after": {"type": "integer", "description": "The last one seen.", "default": 0}},
    }
    assert channel["x-close-codes"]["4418"] == "A teapot."
    assert channel["x-close-codes"].keys() == {str(code) for code in CLOSES} | {"4418"}


def test_what_the_server_sends_is_apart_from_what_it_receives():
    operations = described(LOBBY)["operations"]
    names = {
        name: (each["action"], [message["$ref"].rpartition("/")[2] for message in each["messages"]])
        for name, each in operations.items()
    }
    assert names == {
        "tellLobby": ("send", ["Greeted", "ErrorOccurred", "SessionExpired"]),
        "hearLobby": ("receive", ["LobbyWave", "LobbyRename", "LobbyBow", "LobbySound"]),
    }


def test_an_event_is_described_with_its_envelope():
    message = described(LOBBY)["components"]["messages"]["Greeted"]
    assert (message["name"], message["summary"]) == ("greeted", "Somebody came in.")
    assert message["payload"]["required"] == ["type", "payload", "ts", "seq"]
    assert message["payload"]["properties"]["type"] == {"const": "greeted"}
    assert message["payload"]["properties"]["payload"] == {
        "type": "object",
        "properties": {"name": {"type": "string", "description": "As they call themselves."}},
        "required": ["name"],
    }


def test_a_control_needs_a_payload_only_where_something_of_it_cannot_be_left_out():
    messages = described(LOBBY)["components"]["messages"]
    assert messages["LobbyWave"]["payload"]["required"] == ["type"]
    assert messages["LobbyRename"]["payload"]["required"] == ["type", "payload"]
    assert messages["LobbyBow"]["payload"]["properties"] == {"type": {"const": "bow"}}
    assert (messages["LobbySound"]["summary"], messages["LobbySound"]["contentType"]) == (
        "Singing.",
        "application/octet-stream",
    )


def test_two_sockets_may_share_a_message_but_not_a_name():
    class Hall(LiveConsumer):
        """Another room."""

        tells = (Greeted,)

    class Yard(LiveConsumer):
        """Where others have the same name."""

        tells = (type("Greeted", (Event,), {"type": "met", "__doc__": "Met outside."}),)

    assert described(LOBBY, asyncapi.Socket("hall", Hall))["components"]["messages"].keys() >= {"Greeted"}
    with pytest.raises(asyncapi.Ambiguous, match="Yard"):
        described(LOBBY, asyncapi.Socket("yard", Yard))
