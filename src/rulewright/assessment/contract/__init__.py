"""Contracts for hidden acts: what each way to one leaves people at the agent's exact best reply, and what nobody need enforce."""

from .assess import assess

__all__ = ["assess"]
