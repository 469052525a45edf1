"""SNMP on the wire: messages, security, pacing, and walks that no agent can keep from ending."""
