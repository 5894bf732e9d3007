"""Makes the bucket that S3_BUCKET_NAME names, where it is missing; called by scripts/prepare.sh.

With a bucket of an account whose keys may not create one, it only checks that it is there.
"""

import os
import sys

import boto3
from botocore.exceptions import ClientError


def main() -> int:
    name = os.environ.get("S3_BUCKET_NAME")
    if not name:
        return 0
    client = boto3.client(
        "s3",
        endpoint_url=os.environ.get("S3_ENDPOINT_URL") or None,
        region_name=os.environ.get("AWS_REGION") or "us-east-1",
    )
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        client.create_bucket(Bucket=name)
        print(f"made the bucket {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
