"""What people who lead see and decide: who has finished, their grades and answers."""
