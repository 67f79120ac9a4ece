"""News of the office in both languages: scheduled, corrected, its earlier words kept."""
