"""How fast Themebook is, beside named alternatives measured in the same run."""
