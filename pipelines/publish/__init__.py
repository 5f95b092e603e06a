"""What people look at: marts, the summary of a run."""
