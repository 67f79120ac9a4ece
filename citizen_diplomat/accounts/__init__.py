"""Who may come in: registration, confirmation, passphrases, sessions, roles and consent."""
