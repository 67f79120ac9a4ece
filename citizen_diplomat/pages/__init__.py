"""Pages of plain text that the office edits in both languages, and every edition there was."""
