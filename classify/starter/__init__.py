"""What ships: a taxonomy, example tickets written for it, and the model that they train."""
