"""What is kept of a run, and what may happen from one to the next: values, and their JSON."""
