"""Theorems as claims: which guarantee holds in this case, which does not, and what is missing; every answer with its proof."""
