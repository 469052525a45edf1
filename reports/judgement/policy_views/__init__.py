"""What policies say without a run: on which days they judge a device otherwise, and of their worked examples."""
