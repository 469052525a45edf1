"""Several processes that ask the devices of one run: what the parent and its workers say to each other, and both."""
