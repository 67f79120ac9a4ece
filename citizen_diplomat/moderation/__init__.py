"""What waits for staff, who holds it, what they decided and why."""
