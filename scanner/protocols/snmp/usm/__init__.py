"""The User-based Security Model of SNMPv3 (RFC 3414): keys, authentication, privacy, sessions."""
