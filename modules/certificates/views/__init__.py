"""The pages of certificates and badges."""
