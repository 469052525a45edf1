"""What keeps an SSH session inside its time and its memory, whatever the server and the libraries do."""
