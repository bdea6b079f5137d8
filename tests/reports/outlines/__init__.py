"""Tests of how each sort of result is told."""
