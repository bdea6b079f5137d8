"""Tests of the formats, each by a golden file and by what must hold of any report."""
