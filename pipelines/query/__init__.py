"""Answer questions from the warehouse and show how a figure was extracted."""
