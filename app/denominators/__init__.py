"""How many customers or orders there are: what tickets alone do not tell, and contact rates are divided by."""
