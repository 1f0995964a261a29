"""The room of answers and actions: what is done about a gap, and whether it helped."""
