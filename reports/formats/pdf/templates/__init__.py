"""The template and the style sheet of the printed report."""
