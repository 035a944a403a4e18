"""What does the agent decide? Pure functions: values in, values out, time as an argument."""
