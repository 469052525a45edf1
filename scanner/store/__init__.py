"""Where evidence is kept: runs, subjects and what they said, only ever added to."""
