"""The Qt-free shell: store, change log, photo intake, settings, and the facade over them."""
