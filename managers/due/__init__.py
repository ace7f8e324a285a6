"""Due dates: rules that say by when training has to be done, people who are excepted, and what follows for each."""
