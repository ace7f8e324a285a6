"""The page and the files of evidence."""
