"""A fictional collection of any size, for demonstration and for measuring: never part of the shipped content."""
