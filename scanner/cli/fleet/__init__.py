"""The commands of a fleet: the centre's, and a site's."""
