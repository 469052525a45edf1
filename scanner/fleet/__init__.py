"""Many sites: the collectors that ask at a site, and the centre that orders, receives and judges."""
