"""The template of the page of changes, as data of the package."""
