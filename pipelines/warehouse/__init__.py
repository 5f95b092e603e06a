"""The warehouse: its tables, its engine, and how rows get into it without ever being there twice."""
