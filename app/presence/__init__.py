"""Whether people are there: what they say of themselves, until they sign out or are not heard of."""
