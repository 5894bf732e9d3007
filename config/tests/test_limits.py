import pytest
from rest_framework_simplejwt.tokens import AccessToken

from config.asgi import application
from core.dialects import ENVELOPED, FLAT, MEMO, Problem
from core.errors import Kind
from tests.asgi import Exchange

KB, MB = 1024, 1024 * 1024
FORM = "multipart/form-data; boundary=x"
UNAUTHORIZED = Problem.of(Kind.UNAUTHENTICATED)
MOUNTS = [("/api/v1/x", FLAT), ("/api/v1/mobile/x", MEMO), ("/v1/x", ENVELOPED), ("/x", FLAT)]


@pytest.fixture(autouse=True)
def _small_recordings(settings):
    settings.MAX_AUDIO_FILE_SIZE = 2 * MB


@pytest.fixture
def signed() -> dict[str, str]:
    token = AccessToken()
    token["sub"] = "00000000-0000-4000-8000-000000000000"
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("path", "dialect"), MOUNTS)
async def test_a_large_body_without_a_token_is_refused_before_it_is_read(path, dialect):
    exchange = Exchange("POST", path, headers={"Content-Length": str(3 * MB), "Content-Type": FORM})
    answer = await exchange.run(application, [b"x" * MB] * 3)
    assert (answer.status, answer.read) == (401, 0)
    assert answer.headers["connection"] == "close"
    assert answer.json() == dialect.error_body(UNAUTHORIZED)


@pytest.mark.parametrize(("path", "dialect"), MOUNTS)
async def test_a_declared_size_over_the_limit_is_refused_before_it_is_read(path, dialect, signed):
    headers = signed | {"Content-Length": str(100 * MB), "Content-Type": FORM}
    answer = await Exchange("POST", path, headers=headers).run(application, [b"x"])
    assert (answer.status, answer.read) == (413, 0)
    assert answer.json().keys() == dialect.error_body(UNAUTHORIZED).keys()


@pytest.mark.parametrize(("path", "limit"), [("/api/v1/mobile/x", 5 * MB), ("/v1/x", 5 * MB)])
async def test_a_body_of_unknown_length_is_cut_off_while_it_arrives(path, limit, signed):
    headers = signed | {"Transfer-Encoding": "chunked", "Content-Type": FORM}
    answer = await Exchange("POST", path, headers=headers).run(application, [b"x" * 512 * KB] * 100)
    assert answer.status == 413
    assert answer.read == limit + 512 * KB


async def test_a_body_of_unknown_length_without_a_token_is_cut_off_after_a_megabyte():
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    answer = await Exchange("POST", "/api/v1/x", headers=headers).run(application, [b"x" * 512 * KB] * 100)
    assert (answer.status, answer.read) == (401, MB + 512 * KB)


async def test_a_forged_token_is_no_better_than_none():
    headers = {"Content-Length": str(3 * MB), "Content-Type": FORM, "Authorization": "Bearer a.b.c"}
    answer = await Exchange("POST", "/upload", headers=headers).run(application, [b"x"])
    assert answer.status == 401


async def test_a_body_within_the_limit_reaches_the_application(signed):
    headers = signed | {"Content-Length": str(3 * MB), "Content-Type": FORM}
    answer = await Exchange("POST", "/api/v1/x", headers=headers).run(application, [b"x" * MB] * 3)
    assert (answer.status, answer.read) == (404, 3 * MB)


async def test_what_is_not_a_form_may_be_no_larger_than_a_json_body(signed):
    headers = signed | {"Content-Length": str(6 * MB), "Content-Type": "application/json"}
    answer = await Exchange("POST", "/api/v1/x", headers=headers).run(application, [b"x"])
    assert answer.status == 413
    assert answer.json()["detail"] == "The body of this request may be 5.0 MB at most."


async def test_a_refusal_names_the_size_that_a_recording_may_have(signed):
    headers = signed | {"Content-Length": str(6 * MB), "Content-Type": FORM}
    answer = await Exchange("POST", "/upload", headers=headers).run(application, [b"x"])
    assert answer.json() == {"detail": "A recording may be 2.0 MB at most.", "code": "TOO_LARGE"}


async def test_a_cut_off_body_leaves_no_file(signed, settings):
    before = set(settings.FILE_UPLOAD_TEMP_DIR.iterdir())
    headers = signed | {"Transfer-Encoding": "chunked", "Content-Type": FORM}
    await Exchange("POST", "/upload", headers=headers).run(application, [b"x" * MB] * 20)
    assert set(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == before
