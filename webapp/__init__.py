"""The web: a view parses, opens one transaction, calls one function of surveys, renders."""
