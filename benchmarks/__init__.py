"""How fast it is: the numbers behind docs/performance.md, by ``gongping bench``."""
