"""How does the agent speak with the control plane? Enrolment, one MQTT connection, disk."""
