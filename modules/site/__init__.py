"""What all pages share: their header, forms, the words for dates and numbers, and the way on from an error."""
