"""Faults injected into a running pipeline, each noticed, and what must hold afterwards."""
