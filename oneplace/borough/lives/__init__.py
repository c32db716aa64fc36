"""The lives of a synthetic borough: who is born, falls ill, falls, is helped, gets better, dies."""
