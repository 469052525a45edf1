"""The fingerprint database: companies, MAC prefixes, products, rules, weights; how each is read and verified."""
