"""Letters between members: relayed by us, and refused or blocked without being noticed."""
