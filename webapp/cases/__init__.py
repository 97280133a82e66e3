"""What the case pages of buyer, seller and platform share: the view, its words, its task forms."""
