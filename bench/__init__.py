"""What the budgets of the portal are measured with: `make bench`."""
