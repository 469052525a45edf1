"""Tells people and machines what an audit found: mail and chat, a signed webhook, syslog, lines, Prometheus."""
