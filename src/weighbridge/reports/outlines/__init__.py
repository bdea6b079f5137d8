"""How each sort of result is told. One file per type of result, named after it.

A module here defines ``OUTLINE``: the result as a document, as a flat table and as a record.
"""
