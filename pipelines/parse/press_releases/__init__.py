"""Figures in press releases: monthly updates and earnings releases."""
