"""The helpdesk: everything that writes to Postgres, and the faces that people and programs touch."""
