"""What the service costs and how good it is, measured on real data beside its peers."""
