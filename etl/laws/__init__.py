"""The laws that must hold after anything: each a check that counts what it looked at and names what is wrong."""
