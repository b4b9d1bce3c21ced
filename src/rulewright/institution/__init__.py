"""Institutions: functions from games to games, sentences made of seven words."""
