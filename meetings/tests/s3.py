"""An S3 server of its own, in this process, for tests."""

from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

BUCKET = "meetings"


class S3:
    """An S3 server of its own, in this process, that can be turned off and on."""

    def __init__(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.options = {
            "bucket_name": BUCKET,
            "endpoint_url": f"http://{host}:{port}",
            "access_key": "key",
            "secret_key": "secret",
            "region_name": "us-east-1",
            "file_overwrite": False,
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.options["endpoint_url"],
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )
        self._forget()
        self.client.create_bucket(Bucket=BUCKET)

    def _forget(self) -> None:
        """All servers of a process share one memory, in which earlier tests have left their files."""
        url = f"{self.options['endpoint_url']}/moto-api/reset"
        with urlopen(Request(url, method="POST")):
            pass

    def names(self) -> set[str]:
        return {each["Key"] for each in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())}


def out_of_reach(s3: S3) -> dict:
    """The same storage at a port where nobody listens."""
    impatient = Config(retries={"max_attempts": 0}, connect_timeout=1)
    return s3.options | {"endpoint_url": "http://127.0.0.1:9", "client_config": impatient}
