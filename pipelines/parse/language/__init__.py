"""Periods, quantities, companies and figures in English sentences."""
