"""What exchanges, queues and users are called at the broker.

Nobody writes to the default exchange, which leads to every queue: the centre writes to `kitscan.orders`, sites to
`kitscan.centre`, and what is given up goes to `kitscan.dead`.
"""

ORDERS = "kitscan.orders"
"""The exchange of orders; the routing key is the site's name."""

CENTRE = "kitscan.centre"
"""The exchange and the queue of the centre, and its user."""

DEAD = "kitscan.dead"
"""The exchange and the queue of what was given up."""

TASK = "kitscan.order"
"""The Celery task that carries an order."""


def site_queue(site: str) -> str:
    """The queue of a site, and its user."""
    return f"kitscan.site.{site}"
