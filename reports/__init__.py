"""What it means here: identities are placed, judged against dated policies, and reported."""
