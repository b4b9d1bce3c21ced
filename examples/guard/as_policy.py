"""A charter's permits as a policy of Microsoft's Agent Governance Toolkit."""

from fractions import Fraction

from rulewright.extras.governance_toolkit import to_policy
from rulewright.guard import Charter
from rulewright.guard.charter import Agent, Audit, Permit, Price

charter = Charter(
    name="office",
    agents=(Agent("buyer"), Agent("clerk")),
    permits=(Permit(("send", "read")), Permit(("pay",), ("buyer",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
    audits=(Audit("receipt", Fraction(1, 5), ("send",), signal="lost", found=("yes",), fine=Fraction(3)),),
)
print(to_policy(charter, "buyer"), end="")
