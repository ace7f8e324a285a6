"""The services that the practice LMS offers to a tool."""
