"""The public face: the command `miners` and what `import miners` provides."""
