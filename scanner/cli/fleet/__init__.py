"""Commands for many sites: what a site collects, and what the centre orders, receives and does with it."""
