"""One device, policy or fingerprint rule explained on a terminal."""
