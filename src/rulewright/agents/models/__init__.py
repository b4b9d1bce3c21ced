"""Around any language model: patience, a record, a hard budget, a tally, a forecast. No network here.

The order that makes sense is `Counted(Recorded(Patient(Budgeted(model)), record))`: every try is within the budget, only what came
through is recorded, and only what is not in the record is asked. `rulewright.extras.llm.open_model` builds it.
"""

from .budgeted import Budget, Budgeted, Overspent, Price, priced
from .counted import Counted, Tally
from .forecast import Forecast, estimate
from .made_up import fits, made_up
from .patient import Patient
from .record import Record
from .recorded import Recorded
from .rehearsal import Rehearsal, sparing
from .trouble import Trouble, trouble

__all__ = [
    "Budget",
    "Budgeted",
    "Counted",
    "Forecast",
    "Overspent",
    "Patient",
    "Price",
    "Record",
    "Recorded",
    "Rehearsal",
    "Tally",
    "Trouble",
    "estimate",
    "fits",
    "made_up",
    "priced",
    "sparing",
    "trouble",
]
