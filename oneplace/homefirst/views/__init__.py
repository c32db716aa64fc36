"""What the browser asks for, one thing a file."""
