"""Repair: from a mechanism that is nearly truthful to one that is truthful, with the loss stated."""
