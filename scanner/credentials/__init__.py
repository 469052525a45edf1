"""What may let us in: references to secrets, who may be offered which, and the breaker that locks nobody out."""
