"""Reading a trust's policy document: a file to text, text to clean lines, and a draft of the policy's data."""
