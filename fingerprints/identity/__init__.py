"""Who is behind a device: claims weighed, conflicts explained, watched companies and components."""
