import logging
import sys
import time

import pytest

from core.logs import Redacted


def line(message: str, *args: object) -> str:
    return Redacted().format(logging.LogRecord("uvicorn.access", logging.INFO, "", 0, message, args, None))


def test_a_token_in_an_address_is_struck_out_of_the_access_log():
    said = line(
        '%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", "/ws/meetings/7?token=eyJ.a.b&seq=3", "1.1", 200
    )
    assert said == '1.2.3.4:5 - "GET /ws/meetings/7?token=[redacted]&seq=3 HTTP/1.1" 200'


@pytest.mark.parametrize(
    "name", ["access_token", "refresh_token", "id_token", "resume", "code", "password", "key"]
)
def test_all_that_opens_something_is_struck_out(name):
    assert line(f"GET /x?{name}=abc.def") == f"GET /x?{name}=[redacted]"


def test_other_parameters_stay():
    assert line("GET /search?q=token&page=2") == "GET /search?q=token&page=2"


@pytest.mark.parametrize("address", ["ann.lee+x@example.org", "ann.lee%40example.org", "Ann@EXAMPLE.org"])
def test_an_address_of_a_person_is_struck_out(address):
    """A log outlives the account, and an erasure cannot reach into it."""
    said = line('"%s %s HTTP/%s" %d', "GET", f"/tasks?assignee={address}&limit=5", "1.1", 200)
    assert said == '"GET /tasks?assignee=[address]&limit=5 HTTP/1.1" 200'


def test_what_an_error_quotes_is_struck_out():
    error = ValueError("550 no such user: ann@example.org, see /x?token=abc")
    assert line("not sent: %s", error) == "not sent: 550 no such user: [address], see /x?token=[redacted]"


def test_what_a_traceback_quotes_is_struck_out():
    """PostgreSQL's errors quote the values of the row."""
    try:
        raise ValueError("Key (email)=(ann@example.org) already exists.")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    said = Redacted().format(record)
    assert "Key (email)=([address]) already exists." in said
    assert "ann@" not in said


@pytest.mark.parametrize("piece", ["a", "%40", "a@", "a.", "@"])
def test_a_long_line_costs_little(piece):
    before = time.monotonic()
    line("GET %s", piece * 65_536)
    assert time.monotonic() - before < 2
