"""Benchmarks: what a launch, an answer, a module, the managers' page and the sending of grades cost."""
