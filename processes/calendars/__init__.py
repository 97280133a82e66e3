"""On which days people work: China's public holidays, and the days on which a shop is closed."""
