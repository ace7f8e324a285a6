"""Lists to download: each is described once, and written as CSV or as a workbook while it is read."""
