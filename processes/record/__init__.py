"""The shops' record: how fast they answer, how often they agree, err and are late, and how they are rated."""
