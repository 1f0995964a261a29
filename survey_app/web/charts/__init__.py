"""Charts drawn on the server: positions here, SVG in ``templates/charts``, looks in charts.css.

Nothing here knows a language: words and number formats come in as arguments.
"""
