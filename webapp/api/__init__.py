"""JSON for programs: what is public, described by OpenAPI."""
