"""PostgreSQL: the embedded server, the engine, migrations, the interlock."""
