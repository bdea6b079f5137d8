"""Follows Python source without running it: the syntax tree is walked over our own values.

Nothing of the file is executed by Python. Names of a framework are answered by a dialect
(``readers/dialects``), constants and control flow by this package, and whatever neither knows is
``Untold``, which says what it is and where it came from.
"""
