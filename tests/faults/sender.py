"""A process that delivers one effect (`python -m tests.faults.sender ID`), for tests that freeze it."""

import sys

import django


def main() -> None:
    django.setup()
    from integrations.services import delivery

    delivery.deliver(sys.argv[1])


if __name__ == "__main__":
    main()
