"""What is in an image, and what its programs are made of, as documents that others read (SBOM)."""
