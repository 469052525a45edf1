"""containerlab's files: topologies, the data of deployed labs, what `containerlab inspect` prints."""
