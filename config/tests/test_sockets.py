import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model

from config.sockets import SOCKETS, router

pytestmark = pytest.mark.django_db(transaction=True)
NOBODYS = "00000000-0000-4000-8000-000000000000"
ADDRESSES = [
    "/ws/nothing",
    "/api/v1/ws/nothing/",
    f"/ws/meetings/{NOBODYS}",
    f"/api/v1/ws/meetings/{NOBODYS}/",
]


@pytest.fixture
def token(sign_in) -> str:
    user = get_user_model().objects.create_user("ann@example.com", "a long enough secret")
    return sign_in(user).access


async def close_code(path: str) -> int:
    socket = WebsocketCommunicator(router, path)
    assert (await socket.connect())[0]
    return (await socket.receive_output())["code"]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_where_nothing_is_for_the_caller_the_socket_closes_as_not_found(token, path):
    assert await close_code(f"{path}?token={token}") == 4404


@pytest.mark.parametrize("path", ADDRESSES)
async def test_without_a_token_no_address_tells_whether_it_exists(path):
    assert await close_code(path) == 4401


def test_every_socket_has_an_address_of_its_own():
    assert len({route for route, _ in SOCKETS}) == len(SOCKETS)
