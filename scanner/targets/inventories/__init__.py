"""Inventories: the files and answers that name targets, each kind in one module, recognised by its content."""
