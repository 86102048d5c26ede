"""The pages of the window, one file a page (or a family of pages)."""
