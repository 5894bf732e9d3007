import logging

import pytest

from core.logs import Redact


def line(message: str, *args: object) -> str:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, message, args, None)
    assert Redact().filter(record)
    return record.getMessage()


def test_a_token_in_an_address_is_struck_out_of_the_access_log():
    said = line(
        '%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", "/ws/meetings/7?token=eyJ.a.b&seq=3", "1.1", 200
    )
    assert said == '1.2.3.4:5 - "GET /ws/meetings/7?token=[redacted]&seq=3 HTTP/1.1" 200'


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "id_token", "code", "password", "key"])
def test_all_that_opens_something_is_struck_out(name):
    assert line(f"GET /x?{name}=abc.def") == f"GET /x?{name}=[redacted]"


def test_other_parameters_stay():
    assert line("GET /search?q=token&page=2") == "GET /search?q=token&page=2"
