"""Commands for many sites: what a site collects, and what the centre does with it."""
