"""Exit status 0 when the server of this container says that it is healthy; called by HEALTHCHECK."""

import http.client
import json
import os
import sys


def main() -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=4)
    # A server in production answers to its own names only.
    name = (os.environ.get("ALLOWED_HOSTS") or "127.0.0.1").split(",")[0].strip().lstrip(".*") or "127.0.0.1"
    try:
        connection.request("GET", "/health", headers={"Host": name})
        return 0 if json.load(connection.getresponse()).get("status") == "healthy" else 1
    except (OSError, ValueError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
