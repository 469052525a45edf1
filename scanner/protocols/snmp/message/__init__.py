"""SNMP messages encoded and decoded: BER, variable bindings, PDUs and messages."""
