"""The worlds that ship, one file each."""
