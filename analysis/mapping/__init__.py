"""How experts tie scores to references: mappings, colour thresholds, vignettes, weights."""
