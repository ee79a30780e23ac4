"""Campaigns with known truth: honest voters with all their habits, and attackers among them."""
