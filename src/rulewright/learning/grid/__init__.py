"""Grids: maps, bodies that move, beams, spawn points and views, with the rules of Melting Pot. Worlds are made of them."""

from .beam import Beam
from .bodies import ACTIONS, ZAP, Bodies
from .map import Map
from .view import View

__all__ = ["ACTIONS", "ZAP", "Beam", "Bodies", "Map", "View"]
