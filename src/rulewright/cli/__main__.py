"""`python -m rulewright.cli`."""

import sys

from . import main

sys.exit(main())
