"""What the stock pages of sellers and operators share: units that were set aside, and settling them."""
