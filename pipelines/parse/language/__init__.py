"""One model of a sentence: quantities, periods, companies and the words that govern them."""
