"""Other people's software, one file or room each, behind an extra of its own: environments in and out."""
