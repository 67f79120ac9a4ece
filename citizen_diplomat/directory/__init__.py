"""Who can do what, where: profiles, skills, location, and who may see them."""
