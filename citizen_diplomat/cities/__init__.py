"""Isfahan and its sister cities, and the topics on which they work together."""
