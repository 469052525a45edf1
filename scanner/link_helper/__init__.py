# SPDX-License-Identifier: GPL-2.0-only
"""The program that speaks layer 2, run as a child process of its own: `python -m scanner.link_helper`.

scapy is GPL-2.0-only, and CAP_NET_RAW is needed: both stay in this process. It reads one JSON request from standard
input and writes JSON lines to standard output; scanner.protocols.link.probe is the only caller.
"""
