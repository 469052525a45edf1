"""The pages of docs/reference, made of the source: commands, and the keys of the files that users write."""
