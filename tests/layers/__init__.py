"""Tests of the layer families, each against real Keras."""
