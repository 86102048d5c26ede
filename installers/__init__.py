"""What makes packages of the built program; beside the rooms, never imported by them."""
