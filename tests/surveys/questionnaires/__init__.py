"""Tests of questionnaires as documents."""
