"""Alignment from competition: many misaligned AIs, none of them trusted, and what people get all the same.

`market`: are people's wishes a mix of what the AIs want, how far from it, and which AI is missing. `rivals`: AIs who know more
than the one who decides, and compete in what they tell. `theorems`: which guarantee holds in a case. `evaluation`: choosing the
best AI from samples. `users`: many users, told their own or all the same. `panel`: AIs who review what an agent proposes.
After Collina, Goel, Roth, Ryu & Shi, "Emergent Alignment via Competition" (2025, arXiv 2509.15090), and its sequel on coalitions
of reviewers (Collina, Goel, Roth & Sengupta 2026).
"""

from . import evaluation, market, panel, rivals, theorems, users

__all__ = ["evaluation", "market", "panel", "rivals", "theorems", "users"]
