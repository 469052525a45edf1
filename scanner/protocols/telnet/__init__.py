"""Telnet: the banner that a server shows before anything is typed."""
