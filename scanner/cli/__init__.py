"""The command line: one module a command, imported when it is called; the only place that prints or exits."""
