"""A person decides on a finding, a second one confirms; until then no ballot is left out."""
