"""News feeds and articles, and the claims that articles make about watched companies."""
