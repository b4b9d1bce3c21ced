"""Games: who acts, who knows what, who wants what. Frozen arrays, checked once."""
