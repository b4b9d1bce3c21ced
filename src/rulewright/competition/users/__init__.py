"""Many users of the same AIs: what each may hope for if she is served by herself, and if all are told the same."""
