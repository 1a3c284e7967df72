"""Journal exports become canonical journal tables, with the history of every record."""
