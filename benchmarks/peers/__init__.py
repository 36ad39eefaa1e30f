"""What we are compared with: other engines over the same paragraphs, fields, terms and boosts."""
