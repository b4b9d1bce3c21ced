"""Juries of reviewers: which rule of approval is sound although no reviewer wants what people want."""
