"""The site's half of a fleet: a collector that divides its own scope, asks, and keeps what it has until it is sent."""
