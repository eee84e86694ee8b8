"""Uploaded files in the bucket: put there by us, or by a client with an address to upload to; read part by part."""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.leads.csvfile import HEAD
from cam.model.errors import Conflict, ProviderFailed, Throttled
from cam.platform.environment import imports_bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# How long the address to upload to is good, and how long a file is waited for: an upload that began in time may take
# hours.
UPLOAD_FOR = timedelta(hours=1)
AWAITED = timedelta(hours=24)
# As long as the files themselves (LifecycleConfiguration in template.yaml).
KEPT = timedelta(days=365)
# Bytes of the first request for rows (some hundred of them), and of the largest.
_FEW = 64 * 1024
_MANY = 4 * 1024 * 1024
_REFUSALS = {
    "NoSuchKey": "the uploaded file no longer exists: upload it as a new import",
    "PreconditionFailed": "the file in the bucket changed after the import began: upload it as a new import",
    "InvalidRange": "the file is empty",
}
_BUSY = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "RequestTimeTooSkewed"})


class NotUploaded(Conflict):
    """The client has not uploaded the file yet (409)."""


class Beginning(NamedTuple):
    """What the bucket says of a file, and its first megabyte."""

    size: int
    etag: str
    data: bytes


@cache
def _s3() -> "S3Client":
    # Where an endpoint is given, it has no address for each bucket. A region's own host needs no redirect, which an
    # upload would not survive.
    local = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return boto3.client(
        "s3",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if local else "virtual", "us_east_1_regional_endpoint": "regional"},
            retries={"mode": "standard", "max_attempts": 3},
            connect_timeout=3,
            read_timeout=20,
        ),
    )


def put(object_key: str, data: bytes) -> str:
    """Store a file; its etag. Raises Throttled when S3 does not answer."""
    return str(_asked("put_object", Key=object_key, Body=data, ContentType="text/csv")["ETag"])


def upload_address(object_key: str, size: int) -> str:
    """The address to PUT a file to, good for an hour.

    The signature covers the size: another number of bytes is refused by S3.
    """
    return _s3().generate_presigned_url(
        "put_object",
        Params={"Bucket": imports_bucket(), "Key": object_key, "ContentLength": size},
        ExpiresIn=int(UPLOAD_FOR.total_seconds()),
    )


def beginning(object_key: str, etag: str | None, import_id: str, most: int) -> Beginning:
    """The first megabyte of a file; `etag` is None until it has been seen in the bucket, `most` its bytes.

    Raises NotUploaded when it is not there yet, ProviderFailed when it is gone, empty or too large, Throttled.
    """
    try:
        found = _asked("get_object", Key=object_key, Range=f"bytes=0-{HEAD - 1}", **_same(etag))
        head = _body(found)
    except _Refused as refused:
        if refused.code == "NoSuchKey" and etag is None:
            raise NotUploaded(f"The file of import {import_id} has not been uploaded yet.") from refused
        raise _failure(refused) from refused
    size = int(found["ContentRange"].rpartition("/")[2])
    if size > most:
        raise ProviderFailed(f"the file has {size:,} bytes; the limit is {most:,}")
    return Beginning(size, found["ETag"], head)


def chunks(object_key: str, etag: str | None, size: int, offset: int) -> Iterator[bytes]:
    """The bytes of a file from `offset` on, in requests that grow: few rows cost little, many cost few requests.

    Raises ProviderFailed when the file is gone or is not the one that was begun, Throttled when S3 does not answer.
    """
    length = _FEW
    while offset < size:
        end = min(offset + length, size)
        try:
            data = _body(_asked("get_object", Key=object_key, Range=f"bytes={offset}-{end - 1}", **_same(etag)))
        except _Refused as refused:
            raise _failure(refused) from refused
        yield data
        offset, length = end, min(_MANY, 2 * length)


def there(folder: str, object_keys: Sequence[str]) -> Iterator[str]:
    """Those of these files of a folder that the bucket holds. Their names are in the order of time."""
    wanted = {*object_keys}
    # None of them lies before the first.
    after: str | None = min(wanted, default="")[:-1]
    while after:
        found = _asked("list_objects_v2", Prefix=folder, StartAfter=after)
        names = [one["Key"] for one in found.get("Contents", ())]
        yield from (name for name in names if name in wanted)
        after = names[-1] if found["IsTruncated"] else None


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _same(etag: str | None) -> dict[str, str]:
    """The condition that it is the file that was begun."""
    return {"IfMatch": etag} if etag else {}


def _asked(operation: str, /, **arguments: Any) -> Any:
    try:
        return getattr(_s3(), operation)(Bucket=imports_bucket(), **arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _REFUSALS:
            raise _Refused(code) from error
        if code in _BUSY or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500:
            raise Throttled("S3 is busy") from error
        raise
    except BotoCoreError as error:
        raise Throttled("S3 did not respond") from error


def _body(found: Any) -> bytes:
    try:
        return bytes(found["Body"].read())
    except BotoCoreError as error:
        raise Throttled("S3 closed the connection") from error


def _failure(refused: _Refused) -> ProviderFailed:
    return ProviderFailed(_REFUSALS[refused.code])
