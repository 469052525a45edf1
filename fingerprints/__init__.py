"""Who made it: observations in, identities out. Pure: no network, no clock, no policy."""
