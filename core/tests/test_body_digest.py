from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.body_digest import BodyDigest

pytestmark = pytest.mark.once


def digest(pieces: list[bytes], content_type: bytes = b"application/json") -> str:
    reckoned = BodyDigest(content_type)
    for piece in pieces:
        reckoned.add(piece)
    return reckoned.hexdigest()


def form(boundary: bytes, *parts: bytes) -> bytes:
    return b"".join(b"--%s\r\n\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def cut(body: bytes, places: list[int]) -> list[bytes]:
    at = sorted({place % (len(body) + 1) for place in places})
    return [body[a:b] for a, b in zip([0, *at], [*at, len(body)], strict=True)]


def as_form(boundary: bytes) -> bytes:
    return b'multipart/form-data; boundary="%s"' % boundary


@given(st.binary(max_size=300), st.lists(st.integers(0, 400), max_size=8))
def test_a_body_is_the_same_however_it_was_cut_on_its_way(body, places):
    assert digest(cut(body, places)) == digest([body])


@given(st.lists(st.binary(max_size=80), max_size=4), st.lists(st.integers(0, 999), max_size=12))
def test_a_form_is_the_same_whatever_boundary_its_client_drew_and_however_it_was_cut(parts, places):
    one, other = b"----first0123456789", b"another-of-a-different-length-9f8e7d"
    expected = digest([form(one, *parts)], as_form(one))
    assert digest(cut(form(other, *parts), places), as_form(other)) == expected


@pytest.mark.parametrize(
    ("parts", "others"), [([b"a", b"b"], [b"ab"]), ([b"a"], [b"a", b""]), ([b"a"], [b"b"]), ([], [b""])]
)
def test_another_form_is_another(parts, others):
    boundary = b"----first0123456789"
    assert digest([form(boundary, *parts)], as_form(boundary)) != digest(
        [form(boundary, *others)], as_form(boundary)
    )


def test_the_same_bytes_of_another_media_type_are_another_body():
    assert digest([b"{}"]) != digest([b"{}"], b"text/plain")
    assert digest([b"{}"]) == digest([b"{}"], b"Application/JSON; charset=utf-8")


@pytest.mark.parametrize(
    "written",
    [
        "multipart/form-data; boundary=%s",
        'multipart/form-data; boundary="%s"',
        'Multipart/Form-Data; charset=utf-8;BOUNDARY = "%s"; x=y',
        'multipart/form-data; boundary="%s,:;=?/(\')+ _-."',
    ],
)
def test_a_boundary_is_found_however_it_is_written(written):
    """RFC 2046 lets a boundary in quotes hold commas, colons and spaces."""
    one, other = (written % drawn for drawn in ("first0123456789", "other-9f8e7d"))
    bodies = [form(each.partition('"')[2].partition('"')[0].encode() or b, b"a", b"b")
              for each, b in ((one, b"first0123456789"), (other, b"other-9f8e7d"))]  # fmt: skip
    assert digest(bodies[:1], one.encode()) == digest(bodies[1:], other.encode())


def test_a_boundary_is_of_forms_only():
    said = b"application/json; boundary=a"
    assert digest([b'{"a": 1}'], said) == digest([b'{"a": 1}'])


def test_a_body_of_nothing_but_boundaries_costs_no_more_than_another():
    """A single letter may be a boundary: who sends it must not hold up the event loop."""
    reckoned = BodyDigest(b"multipart/form-data; boundary=a")
    updates = []
    reckoned._hash = SimpleNamespace(update=updates.append)
    reckoned.add(b"a" * 65536)
    assert len(updates) <= 2
