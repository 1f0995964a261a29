"""Questionnaires as data: read, checked, routed, dealt. Pure: no web, no database, no words."""
