"""The error of a lab that cannot be run."""

from fingerprints.model.errors import KitscanError


class LabRefusedError(KitscanError):
    """A lab cannot be brought up, scanned or taken down: the message names the lab, the reason and the next step."""
