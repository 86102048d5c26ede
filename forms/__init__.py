"""What people fill in: records with their field declarations, the instrument, the pack."""
