"""A contact centre that plays phone calls for named clerks, over the real REST and webhooks."""
