"""Choosing the best AI from evaluations on finite samples: what a sample proves, and what the choice makes AIs do."""
