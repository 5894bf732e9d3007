from django.test import AsyncClient

SCRIPT = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"


async def test_a_file_is_served_over_asgi_without_a_stream():
    answer = await AsyncClient().get(SCRIPT)
    assert (answer.status_code, answer.streaming) == (200, False)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert len(answer.content) == int(answer.headers["Content-Length"])


async def test_a_part_of_a_file_is_served():
    answer = await AsyncClient().get(SCRIPT, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, len(answer.content)) == (206, 10)


async def test_a_file_that_the_browser_has_is_not_sent_again():
    first = await AsyncClient().get(SCRIPT)
    again = await AsyncClient().get(SCRIPT, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_that_is_not_there_is_404():
    assert (await AsyncClient().get("/static/none.js")).status_code == 404
