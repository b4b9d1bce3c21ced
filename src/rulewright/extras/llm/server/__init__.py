"""A deterministic server that speaks the chat-completions protocol: for tests, demos and people without a key."""
