"""What the desk learns from people: labels, imported history, and the models that are trained from both."""
