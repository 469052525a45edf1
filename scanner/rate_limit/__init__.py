"""How fast a run may send: profiles, the rate limiter that holds a run to one, and the count of what was sent."""
