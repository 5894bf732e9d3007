"""What people are told: the texts of mails and posts."""
