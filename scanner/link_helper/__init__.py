# SPDX-License-Identifier: GPL-2.0-only
"""The layer 2 helper, run as a child process: `python -m scanner.link_helper`.

scapy is GPL-2.0-only, and sending frames needs CAP_NET_RAW: both stay in this process. It reads one JSON request from
standard input and writes JSON lines to standard output. scanner.protocols.link.probe is the only caller.

It imports nothing of kitscan's other packages, because Apache-2.0 code may not be combined with GPL-2.0-only code. That
is why it has a rate limiter and counters of its own.
"""
