"""What examples/gallery/run is made of: reading cases, running programs, judging, printing."""
