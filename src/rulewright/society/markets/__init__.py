"""Markets as alignment: exchange and production, where they clear, whom they serve, and where they fail."""
