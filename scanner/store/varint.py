"""Whole numbers in as few octets as they need: seven bits an octet, the least first, the top bit where more follow."""


def packed(number: int) -> bytes:
    """A number from 0 upwards as octets."""
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def packed_signed(number: int) -> bytes:
    """A number of either sign as octets: small ones of either sign are short."""
    return packed(number << 1 if number >= 0 else (-number << 1) - 1)


def unpacked(octets: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, and where the next one begins. Raises ValueError where none ends."""
    number = shift = 0
    while True:
        if at >= len(octets):
            raise ValueError("the octets end in mid-number")
        octet = octets[at]
        number |= (octet & 0x7F) << shift
        at += 1
        if octet <= 0x7F:
            return number, at
        shift += 7


def unpacked_signed(octets: bytes, at: int) -> tuple[int, int]:
    """The number of either sign that begins at `at`, and where the next one begins."""
    number, after = unpacked(octets, at)
    return (-((number + 1) >> 1) if number & 1 else number >> 1), after
