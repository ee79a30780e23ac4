"""`python -m webapp.commands`: the command line, where the installed script is not at hand."""

from webapp.commands import gongping

gongping(prog_name="gongping")
