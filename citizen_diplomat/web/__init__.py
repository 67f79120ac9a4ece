"""The web shell: HTTP in, HTML out. It knows every room, and no room knows it."""
