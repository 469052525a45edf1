"""Following what devices announce of their neighbours, from the scope outwards and inside a fence."""
