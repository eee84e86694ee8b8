"""Logins of mail servers, as SSM keeps them: `<prefix>user` and `<prefix>password`, SecureStrings."""

from dataclasses import dataclass, field

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Invalid, Throttled


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to a mail server."""

    user: str
    password: str = field(repr=False)


def stored(prefix: str) -> Login | None:
    """The login below a prefix, as it is now; None: there is none.

    Raises Invalid that names the parameter when one of the two is missing, Throttled when they cannot be read.
    """
    names = [f"{prefix}user", f"{prefix}password"]
    try:
        found = boto3.client("ssm").get_parameters(Names=names, WithDecryption=True)
    except (BotoCoreError, ClientError) as error:
        raise Throttled("the mail server's login cannot be read") from error
    values = {one["Name"]: one["Value"].strip() for one in found["Parameters"]}
    missing = [name for name in names if not values.get(name)]
    if len(missing) == 1:
        raise Invalid(f"the SSM parameter {missing[0]} is missing", missing[0])
    return None if missing else Login(values[names[0]], values[names[1]])
