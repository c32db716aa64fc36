"""The pages of huddles, by thing."""
