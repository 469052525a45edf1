"""The web probe: a service's certificate, and its answer to one GET, without a login."""
