"""Language models: any OpenAI-compatible endpoint over HTTP, every provider of inspect_ai, and a local server that needs no key.

`open_model` opens one by a text and puts patience, a budget and a record around it. Behind `rulewright[llm]` (the client) and
`rulewright[inspect]` (those providers); the local server needs neither.
"""

from .endpoint import Endpoint
from .open import Opened, named_model, open_model, replayed_name
from .opener import patient_model
from .providers import Provider

__all__ = ["Endpoint", "Opened", "Provider", "named_model", "open_model", "patient_model", "replayed_name"]
