"""How much a term in a paragraph is worth."""
