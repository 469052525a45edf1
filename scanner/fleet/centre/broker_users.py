"""The users that a broker needs for a centre and its sites: known ones keep their passwords, new ones get one."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from scanner.courier.broker_names import CENTRE, site_queue
from scanner.courier.broker_url import VHOST
from scanner.courier.provisioning import definitions_of, new_password, password_hash
from scanner.fleet.sites import CENTRE_NAME

TLS_PORT = 5671

SALT_OCTETS = 4


class _User(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    name: str
    password_hash: str


class _Users(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    users: list[_User]


@dataclass(frozen=True, slots=True)
class BrokerFiles:
    """The definitions for RabbitMQ, as JSON, without a password; and the URL of each new user, with its password, by
    the name of its file."""

    definitions: str
    urls: Mapping[str, str]


def hashes_in(definitions: str) -> dict[str, str]:
    """The hash of each user's password in definitions that were written before. Raises ValueError for another text."""
    try:
        return {user.name: user.password_hash for user in _Users.model_validate_json(definitions).users}
    except ValidationError:
        raise ValueError("is no file of definitions") from None


def broker_files(known: Mapping[str, str], sites: Iterable[str], host: str) -> BrokerFiles:
    """The files of a centre and these sites. `known` are the hashes that stay, by user."""
    users = {CENTRE_NAME: CENTRE} | {site: site_queue(site) for site in sorted(sites)}
    passwords = {name: new_password() for name, user in users.items() if user not in known}
    hashes = {
        name: password_hash(passwords[name], os.urandom(SALT_OCTETS)) if name in passwords else known[user]
        for name, user in users.items()
    }
    definitions = definitions_of(hashes.pop(CENTRE_NAME), hashes)
    urls = {
        f"{name}.url": f"amqps://{users[name]}:{password}@{host}:{TLS_PORT}/{VHOST}"
        for name, password in passwords.items()
    }
    return BrokerFiles(json.dumps(definitions, indent=1) + "\n", urls)
