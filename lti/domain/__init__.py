"""The rules of LTI as pure values and functions: roles, message checks, the fate of a delivery."""
