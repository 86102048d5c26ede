"""Composing documents as blocks and writing them as .docx and .pdf; the bundle's format."""
