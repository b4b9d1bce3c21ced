"""Rival senders: Alice decides, AIs who know more tell her what suits them, and compete."""
