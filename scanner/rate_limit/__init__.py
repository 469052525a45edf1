"""How fast a run may send: profiles and the limiter that holds to them."""
