from config.settings import base


def test_passwords_are_hashed_with_argon2_outside_of_tests():
    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_a_browser_may_send_its_wish_to_wait_and_read_what_the_answer_says_of_itself():
    assert "prefer" in base.CORS_ALLOW_HEADERS
    assert {"Link", "Location", "Retry-After", "X-Total-Count"} <= set(base.CORS_EXPOSE_HEADERS)


def test_an_address_that_nobody_sets_leaves_the_vendors_own():
    for entry in base.PROVIDERS["identity"].values():
        assert all(entry["OPTIONS"].values())
