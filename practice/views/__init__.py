"""What the practice LMS answers over HTTP: pages for people, the launch, and the services that the tool calls."""
