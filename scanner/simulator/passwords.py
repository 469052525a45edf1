"""The secrets that simulated devices accept: of one user, the same at each device."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

USER = "audit"
"""The SNMPv3 user and the SSH login of every simulated device."""

VARIABLES = ("LAB_COMMUNITY", "LAB_AUTH", "LAB_PRIV", "LAB_SSH")
"""The environment variables from which a lab takes them, in the order of the fields of `Passwords`."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """The secrets that simulated devices accept. New ones are random."""

    community: str = field(default_factory=secrets.token_hex, repr=False)
    authentication: str = field(default_factory=secrets.token_hex, repr=False)
    privacy: str = field(default_factory=secrets.token_hex, repr=False)
    login: str = field(default_factory=secrets.token_hex, repr=False)

    def files(self) -> dict[str, str]:
        """Each secret, by the name of the file that holds it."""
        return {
            "community": self.community,
            "v3-authentication": self.authentication,
            "v3-privacy": self.privacy,
            "ssh-password": self.login,
        }

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Passwords":
        """Those of a lab. Raises KeyError, which names the variable that is not set or empty."""
        for name in VARIABLES:
            if not environment.get(name):
                raise KeyError(name)
        return cls(*(environment[name] for name in VARIABLES))
