"""Due dates: rules that say when training has to be done, exceptions for people who are away, and what follows."""
