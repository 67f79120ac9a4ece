"""What members propose: written, submitted, revised, withdrawn, and every version kept."""
