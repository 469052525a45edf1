"""The HTML report's templates, style sheet and script: no logic beyond loops."""
