"""What is asked of a device, one module a protocol."""
