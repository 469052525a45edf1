"""The drawer of one row of the device table."""
