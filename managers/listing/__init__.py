"""The list of staff: which of them, how many stand where, in which order, page by page or as a file."""
