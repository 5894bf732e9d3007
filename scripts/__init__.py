"""What a person or CI runs on a checkout; nothing here is part of the product."""
