"""Market alignment: how near people's utility is to a mix of those of the AIs on offer."""
