"""SNMP messages as octets and back: BER, PDUs, variable bindings."""
