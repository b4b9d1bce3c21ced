"""Scenario files: TOML, data and never code, in; a game, today's rule, allowed rules and questions, out."""
