"""The objects below private.enterprises: whose trees an agent serves, and what their objects say."""
