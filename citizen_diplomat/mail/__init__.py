"""Letters: what is to be sent, the outbox it waits in, and how it leaves, once."""
