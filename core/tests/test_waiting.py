"""`Prefer: wait` against a small ASGI application that behaves as Django and a view would."""

import asyncio

import pytest

from core import hub, waiting
from tests.asgi import Exchange


class Request:
    def __init__(self, scope: dict):
        self.scope = scope


class Work:
    """A view and the rows behind it: 202 until its key is finished, counting what it is asked."""

    def __init__(self):
        self.started: list[str] = []
        self.rendered = 0
        self.done: set[str] = set()
        self.questions: list[set[str]] = []

    def finished(self, keys: set[str]) -> set[str]:
        self.questions.append(set(keys))
        return keys & self.done

    def start(self, path: str) -> str:
        self.started.append(path)
        return path

    async def __call__(self, scope, receive, send):
        await receive()
        request = Request(scope)
        key = waiting.once(request, lambda: self.start(scope["path"]))
        self.rendered += 1
        if key not in self.done:
            waiting.until(request, key, group="work.of.all", finished=self.finished)
        status = 200 if key in self.done else 202
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % self.rendered})


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(waiting, "GATHER", 0.001)
    monkeypatch.setattr(waiting, "RECHECK", 60.0)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def app(work) -> waiting.PreferWait:
    return waiting.PreferWait(work)


def post(app, path="/complete", **headers: str) -> tuple[Exchange, asyncio.Task]:
    exchange = Exchange("POST", path, headers=headers)
    return exchange, asyncio.create_task(exchange.run(app))


async def asked(work: Work) -> None:
    """Return once somebody waits and has been told that the work is not finished."""
    async with asyncio.timeout(5):
        while not work.questions:
            await asyncio.sleep(0.001)


async def test_a_client_gets_the_finished_work_and_never_sees_the_202(app, work):
    _, task = post(app)
    await asked(work)
    work.done.add("/complete")
    hub.send("work.of.all", {"type": "deliver"})
    answer = await task
    assert (answer.status, answer.body) == (200, b"2")


async def test_the_work_is_started_once_however_often_the_view_runs(app, work):
    _, task = post(app)
    await asked(work)
    work.done.add("/complete")
    hub.send("work.of.all", {"type": "deliver"})
    await task
    assert work.started == ["/complete"]


async def test_work_that_ends_between_the_view_and_the_wait_is_noticed_at_once(app, work, monkeypatch):
    finished = work.finished

    def ends_now(keys: set[str]) -> set[str]:
        work.done |= keys
        return finished(keys)

    monkeypatch.setattr(work, "finished", ends_now)
    _, task = post(app)
    assert (await task).status == 200
    assert len(work.questions) == 1


async def test_a_lost_event_costs_no_more_than_the_recheck(app, work, monkeypatch):
    monkeypatch.setattr(waiting, "RECHECK", 0.01)
    _, task = post(app)
    await asked(work)
    work.done.add("/complete")
    assert (await task).status == 200


async def test_when_the_time_is_over_the_202_shows_how_far_it_has_got(app, monkeypatch):
    monkeypatch.setattr(waiting, "DEFAULT_WAIT", 0.02)
    _, task = post(app)
    answer = await task
    assert (answer.status, answer.body) == (202, b"2")


@pytest.mark.parametrize("wish", ["respond-async", "wait=0"])
async def test_a_client_that_does_not_want_to_wait_is_answered_by_the_first_pass(app, wish):
    _, task = post(app, Prefer=wish)
    answer = await task
    assert (answer.status, answer.body) == (202, b"1")


async def test_a_client_that_goes_away_ends_its_wait(app, work):
    exchange, task = post(app)
    await asked(work)
    exchange.leave()
    assert (await task).status == 0
    assert app.watch.idle


async def test_a_question_that_fails_does_not_end_the_wait(app, work, monkeypatch):
    monkeypatch.setattr(waiting, "RECHECK", 0.01)
    finished = work.finished

    def down_at_first(keys: set[str]) -> set[str]:
        if not finished(keys) and len(work.questions) == 1:
            raise OSError("the database is down")
        work.done |= keys
        return keys

    monkeypatch.setattr(work, "finished", down_at_first)
    _, task = post(app)
    assert (await task).status == 200


async def test_two_hundred_waiters_cost_one_query_and_no_thread(app, work):
    tasks = [post(app, f"/{number}")[1] for number in range(200)]
    async with asyncio.timeout(20):
        while not work.questions or len(work.questions[-1]) < 200:
            await asyncio.sleep(0.001)
            hub.send("work.of.all", {"type": "deliver"})
    work.questions.clear()
    work.done |= {f"/{number}" for number in range(200)}
    hub.send("work.of.all", {"type": "deliver"})
    answers = await asyncio.gather(*tasks)
    assert {answer.status for answer in answers} == {200}
    assert work.questions == [{f"/{number}" for number in range(200)}]
    assert app.watch.idle


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 20.0),
        ("wait=5", 5.0),
        ("wait=600", 60.0),
        ("respond-async", 0.0),
        ("respond-async, wait=10", 10.0),
        ('wait="7"', 7.0),
        ("handling=lenient", 20.0),
        ("wait=soon", 20.0),
        ("Wait=3; note=x", 3.0),
    ],
)
def test_the_wish_of_the_client_is_read_as_rfc_7240_writes_it(prefer, seconds):
    headers = [] if prefer is None else [(b"prefer", prefer.encode())]
    assert waiting.seconds_asked(headers) == seconds


def test_outside_of_asgi_the_work_is_started_and_nothing_waits():
    assert waiting.once(object(), lambda: "made") == "made"
    waiting.until(object(), "made", group="work", finished=set)
