"""One line about how far work is. Pure: values in, text out."""


def format_seconds(seconds: float) -> str:
    """A span of time in its two largest units: `42 s`, `2 min 31 s`, `3 h 5 min`, `2 d 4 h`."""
    whole = max(0, round(seconds))
    for size, name, smaller, smaller_name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"
