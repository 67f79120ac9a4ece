"""What members say to a public proposal: comments, support, following it, and reports."""
