"""Arrays only: exact numbers, linear programmes, polytopes, formulas. Knows nothing of games."""
