"""HTTP that can change the custom fields of NetBox's devices that are kitscan's own, and nothing else.

This is the only place of kitscan that writes anywhere but to files. It writes to the inventory, never to a device.
"""

import json
from collections.abc import Mapping
from typing import Any

from fingerprints.model.errors import KitscanError
from scanner.credentials.secret import Secret
from scanner.inventory_services.netbox_changes import FIELDS, FieldValue

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
MAX_ANSWER = 4 * 1024 * 1024
"""Octets of one answer: a device."""


class CustomFieldSession:
    """Has one method that writes, `write_fields`, so nothing that uses it can write anything else."""

    def __init__(self, base: str, token: Secret) -> None:
        """`base` is the URL of the server's API, which ends with /api."""
        import requests

        self._base, self._token = base, token
        self._session = requests.Session()
        self._session.auth = _unchanged  # else a login in ~/.netrc would replace the token

    def write_fields(self, number: int, fields: Mapping[str, FieldValue]) -> None:
        """Set custom fields of FIELDS on the device with this number. NetBox leaves the others as they are.

        Raises KitscanError where the server refuses, or does not hold afterwards what was written.
        """
        import requests

        strangers = set(fields) - set(FIELDS)
        if strangers or not fields:
            raise ValueError(f"not kitscan's own: {sorted(strangers)}")
        secret = self._token.reveal()
        try:
            answer = self._session.patch(
                f"{self._base}/dcim/devices/{number:d}/",
                data=json.dumps({"custom_fields": dict(fields)}),
                headers={
                    "Authorization": f"{'Bearer' if secret.startswith('nbt_') else 'Token'} {secret}",
                    "Content-Type": "application/json",
                    "Accept": "application/json",
                },
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            content = answer.raw.read(MAX_ANSWER + 1, decode_content=True)
        except requests.exceptions.SSLError as error:
            raise KitscanError(
                "the certificate of the server is not trusted", "set REQUESTS_CA_BUNDLE to your own authority's file"
            ) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise KitscanError(f"the server cannot be asked ({type(error).__name__})", "run it again") from error
        if answer.status_code != 200:
            raise KitscanError(_refusal(answer.status_code), "check that the token may change devices, and the fields")
        if not _holds(content, fields):
            raise KitscanError(
                "the server answers, and does not hold what was written",
                f"create the custom fields as {', '.join(f'{name} ({kind})' for name, kind in FIELDS.items())}",
            )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _refusal(status: int) -> str:
    """Why a server refused, without its words, which may repeat the request."""
    known = {400: "a value is not accepted", 401: "the token is not accepted", 403: "the token may not write this"}
    return f"the server answers {status}{f': {known[status]}' if status in known else ''}"


def _holds(content: bytes, fields: Mapping[str, FieldValue]) -> bool:
    try:
        held = json.loads(content)["custom_fields"]
        return all(held[name] == value for name, value in fields.items())
    except (ValueError, KeyError, TypeError):
        return False


def _unchanged(request: Any) -> Any:
    return request
