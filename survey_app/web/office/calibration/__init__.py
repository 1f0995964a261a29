"""The rules of the comparison: the room of experts."""
