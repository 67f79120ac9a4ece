"""The newsletter: what the office writes to those who asked for it, read over before it leaves."""
