"""Raters of the same things: how far they agree, who is severe, whose ratings are sure."""
